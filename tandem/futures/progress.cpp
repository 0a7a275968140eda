#include "tandem/futures/progress.hpp"

#include <cstdio>
#include <iostream>

#include "tandem/base/exception_text.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::futures {
namespace {

ProgressBar::Options labelled(std::string label) {
  ProgressBar::Options options = ProgressBar::for_stderr();
  options.label = std::move(label);
  return options;
}

}  // namespace

Progress::Progress(std::string label, std::uint64_t total) : total_{total}, interval_{0} {
  bar_.emplace(std::cerr, labelled(std::move(label)));
}

Progress::Progress(Hook hook, std::uint64_t total, std::chrono::milliseconds interval)
    : total_{total}, hook_{std::move(hook)}, interval_{interval}, next_{Clock::now() + interval} {}

Progress::~Progress() {
  if (bar_) return;  // which removes itself
  const sync::Uninterruptible to_the_last;
  try {
    hook_(report());
  } catch (...) {
    std::fprintf(stderr, "Exception in a progress hook: %s\n", base::exception_text(std::current_exception()).c_str());
  }
}

ProgressReport Progress::measured(Clock::time_point now) const { return rate_.report(done_, total_, failed_, now); }

ProgressReport Progress::report() const {
  const sync::Guard hold{lock_};
  return measured(Clock::now());
}

void Progress::count(std::uint64_t done, std::uint64_t failed, std::uint64_t expected) {
  const sync::Guard hold{lock_};
  done_ += done;
  failed_ += failed;
  total_ += expected;
  if (bar_) return bar_->update({.done = done_, .total = total_, .failed = failed_});
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + interval_;
  hook_(measured(now));
}

}  // namespace tandem::futures
