#include "tests/interleaving/checker/explore.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <unordered_set>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "tandem/sync/current.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tests/interleaving/checker/chooser.hpp"
#include "tests/interleaving/checker/depth_first.hpp"
#include "tests/interleaving/checker/last_words.hpp"
#include "tests/interleaving/modelled/interrupt.hpp"
#include "tests/interleaving/modelled/process.hpp"

namespace tandem::interleaving {
namespace {

/// One model under exploration.
class Exploration {
 public:
  Exploration(const std::string& title, const Bounds& bounds, const Build& build)
      : title_{title}, bounds_{bounds}, build_{build}, parked_before_{sync::LocalFutex::parked()} {
    sync::current();  // who asks first is given a number: not within a schedule
  }

  Outcome all() {
    for (unsigned preemptions = 0; preemptions <= bounds_.preemptions && !outcome_.failed; ++preemptions) {
      outcome_.preemptions = preemptions;
      exhaust(preemptions);
    }
    if (!outcome_.failed) at_random();
    return outcome_;
  }

  Outcome again(const std::string& schedule) {
    Replay replay{schedule};
    const bool held = run(replay);
    if (held) std::printf("'%s', schedule %s: nothing fails\n%s", title_.c_str(), schedule.c_str(), trace_.text(names_).c_str());
    return outcome_;
  }

 private:
  void exhaust(unsigned preemptions) {
    DepthFirst ways{preemptions, bounds_.remember};
    endings_.clear();
    std::size_t in_this_round = 0;
    do {
      if (!run(ways)) return;
      if (ways.diverged())
        return give_up(
            "a run went another way than an earlier one after the same choices: the model depends on "
            "what the checker does not know of (addresses, random numbers, what is left of the last run)");
      if (++in_this_round >= bounds_.schedules) {
        return give_up("not explored to its end within " + std::to_string(bounds_.schedules) +
                       " schedules: lower its bound, or make it smaller");
      }
    } while (ways.next());
    outcome_.endings = endings_.size();
  }

  void at_random() {
    const char* const given = std::getenv("TANDEM_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    if (bounds_.random != 0) std::printf("[ random   ] TANDEM_SEED=%llu\n", static_cast<unsigned long long>(seed));
    for (std::size_t i = 0; i < bounds_.random; ++i) {
      Random random{seed + i};
      if (!run(random)) return;
    }
  }

  /// One schedule; true if all held.
  bool run(Chooser& chooser) {
    ++outcome_.schedules;
    modelled::reset_interrupts();
    modelled::reset_processes();
    testing::TestPartResultArray checks;
    std::optional<std::string> failure;
    {
      const testing::ScopedFakeTestPartResultReporter keep_back{
          testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &checks};
      Scheduler scheduler{chooser, trace_, [&checks] { return checks.size() != 0; }, bounds_.steps};
      Model model{scheduler};
      build_(model);
      scheduler_ = &scheduler;
      chooser_ = &chooser;
      failure = scheduler.run();
      if (failure) {
        model.leak();
      } else {
        model.conclude();
        if (bounds_.count_endings) endings_.insert(scheduler.state());
        if (sync::LocalFutex::parked() != parked_before_) failure = "somebody was left in the parking lot";
      }
      if (!failure && checks.size() != 0) failure = "a check failed";
      if (failure) names_ = scheduler.names();
      scheduler_ = nullptr;
    }
    if (failure) report(*failure, checks, chooser.schedule());
    return !failure;
  }

  void crashed(const char* signal) {
    if (scheduler_ == nullptr) return;
    names_ = scheduler_->names();
    report(std::string{"the program crashed by "} + signal, testing::TestPartResultArray{}, chooser_->schedule());
    std::fprintf(stderr, "%s", outcome_.report.c_str());
  }

  void report(const std::string& failure, const testing::TestPartResultArray& checks, const std::string& schedule) {
    outcome_.failed = true;
    std::string& text = outcome_.report;
    text = "'" + title_ + "': " + failure + "\n";
    for (int i = 0; i < checks.size(); ++i) {
      const testing::TestPartResult& check = checks.GetTestPartResult(i);
      text += std::string{check.file_name() != nullptr ? check.file_name() : "?"} + ":" + std::to_string(check.line_number()) +
              ": " + check.message() + "\n";
    }
    text += "schedule " + std::to_string(outcome_.schedules) + ", found with " + std::to_string(outcome_.preemptions) +
            " preemptions at most; these are its steps (! in the place of a thread that could have gone on):\n";
    text += trace_.text(names_);
    const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
    text += "to run it again: TANDEM_SCHEDULE='" + title_ + " @ " + schedule +
            "' interleaving_test --gtest_filter=" + test->test_suite_name() + "." + test->name() + "\n";
  }

  void give_up(const std::string& why) {
    outcome_.failed = true;
    outcome_.report = "'" + title_ + "': " + why + "\n";
  }

  const std::string& title_;
  const Bounds& bounds_;
  const Build& build_;
  const std::size_t parked_before_;
  const LastWords last_words_{[this](const char* signal) { crashed(signal); }};
  const Scheduler* scheduler_ = nullptr;  // that runs, and
  const Chooser* chooser_ = nullptr;      // who decides for it
  Trace trace_;
  std::vector<std::string> names_;
  std::unordered_set<std::uint64_t> endings_;
  Outcome outcome_;
};

/// The schedule that the environment asks for, if it is one of this model.
std::optional<std::string> asked_for(const std::string& title) {
  const char* const asked = std::getenv("TANDEM_SCHEDULE");
  if (asked == nullptr) return std::nullopt;
  const std::string_view text = asked;
  const std::size_t at = text.rfind(" @ ");
  if (at == std::string_view::npos || text.substr(0, at) != title) return std::nullopt;
  return std::string{text.substr(at + 3)};
}

}  // namespace

Outcome search(const std::string& title, const Bounds& bounds, const Build& build) {
  Exploration exploration{title, bounds, build};
  if (const auto schedule = asked_for(title)) return exploration.again(*schedule);
  return exploration.all();
}

void explore(const std::string& title, const Bounds& bounds, const Build& build) {
  const std::clock_t begin = std::clock();  // the processor's time: what others do on the machine is not counted
  const Outcome outcome = search(title, bounds, build);
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("[ explored ] %s: %zu schedules, up to %u preemptions, %.1f s\n", title.c_str(), outcome.schedules,
              outcome.preemptions, took);
  if (outcome.failed) ADD_FAILURE() << outcome.report;
}

}  // namespace tandem::interleaving
