#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "tandem/sync/condition.hpp"
#include "tandem/sync/lock.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

constexpr Bounds all{.preemptions = 100, .random = 0, .remember = true, .count_endings = true};

void two_writers(Model& m, base::Atomic<int>& first, base::Atomic<int>& second) {
  const auto writes = [](base::Atomic<int>& word) {
    for (int i = 0; i < 3; ++i) word.fetch_add(1);
  };
  m.thread("a", [writes, &first] { writes(first); });
  m.thread("b", [writes, &second] { writes(second); });
}

// 3 steps of one and 3 of the other can be put in 6! / (3! 3!) orders; if they have nothing to do with each other, all are the
// same.
TEST(Checker, KnowsHowManyInterleavingsThereAre) {
  const auto on_one_word = [](Model& m) {
    auto& word = m.make<base::Atomic<int>>(0);
    two_writers(m, word, word);
  };
  const auto on_two_words = [](Model& m) { two_writers(m, m.make<base::Atomic<int>>(0), m.make<base::Atomic<int>>(0)); };
  EXPECT_EQ(search("six writes of one word", all, on_one_word).endings, 20U);
  EXPECT_EQ(search("six writes of two words", all, on_two_words).endings, 1U);
}

TEST(Checker, ReadsDoNotDependOnEachOther) {
  const auto outcome = search("reads", all, [](Model& m) {
    auto& word = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b", "c"}) m.thread(name, [&] { static_cast<void>(word.load() + word.load()); });
  });
  EXPECT_EQ(outcome.endings, 1U);
}

// What is left out because a state was seen before ends in none but the ways that are seen anyhow.
TEST(Checker, RememberingStatesLeavesNothingOut) {
  const auto build = [](Model& m) {
    auto& lock = m.make<sync::Lock>();
    auto& condition = m.make<sync::Condition>(lock);
    auto& ready = m.make<bool>(false);
    m.thread("waits", [&] {
      const std::scoped_lock hold{lock};
      condition.wait_for([&] { return ready; }, 5ms);
    });
    m.thread("tells", [&] {
      const std::scoped_lock hold{lock};
      ready = true;
      condition.notify();
    });
  };
  for (const unsigned preemptions : {0U, 1U, 2U}) {  // thoroughly, three would take minutes
    Bounds bounds{.preemptions = preemptions, .random = 0, .count_endings = true};
    const Outcome quick = search("remembering", bounds, build);
    bounds.remember = false;
    const Outcome thorough = search("not remembering", bounds, build);
    EXPECT_EQ(quick.endings, thorough.endings) << "with " << preemptions << " preemptions";
    EXPECT_LE(quick.schedules, thorough.schedules);
  }
}

/// Finds nothing unless b is run between the two steps of a.
void torn(Model& m) {
  auto& word = m.make<base::Atomic<int>>(0);
  m.thread("a", [&] {
    word.store(1);
    word.store(2);
  });
  m.thread("b", [&] { EXPECT_NE(word.load(), 1) << "torn"; });
}

TEST(Checker, AReportLeadsToTheSameFailure) {
  const Outcome found = search("torn", {}, torn);
  ASSERT_TRUE(found.failed);
  EXPECT_NE(found.report.find("torn"), std::string::npos) << found.report;
  const std::string mark = "TANDEM_SCHEDULE='";
  const std::size_t begin = found.report.find(mark) + mark.size();
  const std::string schedule = found.report.substr(begin, found.report.find('\'', begin) - begin);
  ASSERT_EQ(::setenv("TANDEM_SCHEDULE", schedule.c_str(), 1), 0);
  const Outcome again = search("torn", {}, torn);
  const Outcome other = search("not torn", {.random = 0}, [](Model& m) { m.thread("a", [] {}); });
  ASSERT_EQ(::unsetenv("TANDEM_SCHEDULE"), 0);
  EXPECT_TRUE(again.failed);
  EXPECT_EQ(again.schedules, 1U);
  EXPECT_FALSE(other.failed) << "a schedule is for the model that it names";
}

TEST(Checker, RandomSchedulesGoBeyondTheBound) {
  EXPECT_FALSE(search("torn, but seldom", {.preemptions = 0, .random = 0}, torn).failed);
  EXPECT_TRUE(search("torn, but seldom", {.preemptions = 0, .random = 3000}, torn).failed);
}

TEST(Checker, RefusesAModelThatIsNotTheSameEachTime) {
  int runs = 0;
  const Outcome outcome = search("ever more threads", {}, [&runs](Model& m) {
    auto& word = m.make<base::Atomic<int>>(0);
    ++runs;
    for (int i = 0; i < 2 + runs % 2; ++i) m.thread("t", [&] { word.fetch_add(1); });
  });
  EXPECT_TRUE(outcome.failed);
  EXPECT_NE(outcome.report.find("the model depends on"), std::string::npos) << outcome.report;
}

TEST(Checker, DoesNotCallAHalfExploredModelGood) {
  const Outcome outcome = search("too large", {.schedules = 5}, [](Model& m) {
    auto& word = m.make<base::Atomic<int>>(0);
    two_writers(m, word, word);
  });
  EXPECT_TRUE(outcome.failed);
  EXPECT_NE(outcome.report.find("not explored to its end"), std::string::npos) << outcome.report;
}

TEST(Checker, NamesTheThreadThatEndsByAnException) {
  const Outcome outcome = search("throws", {}, [](Model& m) { m.thread("thrower", [] { throw std::runtime_error("oops"); }); });
  EXPECT_TRUE(outcome.failed);
  EXPECT_NE(outcome.report.find("thread thrower ended by an exception: std::runtime_error: oops"), std::string::npos)
      << outcome.report;
}

TEST(Checker, SeesWhoIsLeftInTheParkingLot) {
  struct Nobody final : sync::Waiter {
    Nobody() noexcept : Waiter{[](Waiter&) noexcept {}} {}
  };
  Nobody waiter;  // outlives the models, as it stays in the lot
  sync::Word word{0};
  const Outcome outcome = search("parks and goes", {}, [&](Model& m) {
    m.thread("a", [&] { sync::LocalFutex::enqueue(waiter, sync::Park{&word, 0, Deadline::never()}); });
  });
  EXPECT_TRUE(outcome.failed);
  EXPECT_NE(outcome.report.find("parking lot"), std::string::npos) << outcome.report;
  EXPECT_TRUE(sync::LocalFutex::withdraw(waiter, sync::Wake::cancelled));
}

// A crash takes the program along, but not the schedule that leads to it.
TEST(CheckerDeathTest, ACrashIsReportedWithItsSchedule) {
  const auto build = [](Model& m) {
    auto& at = m.make<base::Atomic<int*>>(nullptr);
    m.thread("writes", [&] {
      *at.load() = 1;  // b has not been there yet
    });
    m.thread("b", [&] { at.store(&m.make<int>(0)); });
  };
  EXPECT_DEATH(search("a crash", {}, build), "crashed by SIGSEGV(.|\n)*writes(.|\n)*TANDEM_SCHEDULE='a crash @ ");
}

TEST(Checker, TimePassesOnlyWhenSomebodyWaitsForIt) {
  explore("the clock", {.preemptions = 3}, [](Model& m) {
    auto& lock = m.make<sync::Lock>();
    lock.acquire();
    m.thread("waits", [&] {
      const Stopwatch watch;
      EXPECT_FALSE(lock.acquire(10s));
      EXPECT_EQ(watch.passed(), 10s);
    });
    m.thread("works", [&] {
      for (int i = 0; i < 3; ++i) EXPECT_TRUE(lock.locked());
    });
  });
}

// Each thread has its own exceptions on their way, although all are fibers of one.
TEST(Checker, ExceptionsOfOneThreadAreNotThoseOfAnother) {
  explore("two throw", {.preemptions = 4}, [](Model& m) {
    auto& word = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&, mine = std::string{name}] {
        struct Unwound {
          ~Unwound() {
            word.fetch_add(1);
            EXPECT_EQ(std::uncaught_exceptions(), 1);
          }
          base::Atomic<int>& word;
        };
        EXPECT_EQ(std::uncaught_exceptions(), 0);
        try {
          const Unwound unwound{word};
          throw std::runtime_error(mine);
        } catch (const std::runtime_error& error) {
          word.fetch_add(1);
          EXPECT_EQ(error.what(), mine);
          EXPECT_EQ(std::uncaught_exceptions(), 0);
          word.fetch_add(1);
          EXPECT_THROW(throw, std::runtime_error);
        }
        EXPECT_EQ(std::current_exception(), nullptr);
      });
    }
  });
}

}  // namespace
}  // namespace tandem::interleaving
