#include "tandem/futures/progress_report.hpp"

#include <algorithm>
#include <cmath>

namespace tandem::futures {

ProgressReport ProgressRate::report(std::uint64_t done, std::uint64_t total, std::uint64_t failed, Clock::time_point now) noexcept {
  const double seconds = std::chrono::duration<double>(now - last_time_).count();
  if (seconds > 0) {
    const double current = static_cast<double>(done - last_done_) / seconds;
    // An average that forgets within some two seconds, but is the plain average while there are none yet.
    const double age = std::chrono::duration<double>(now - begin_).count();
    const double weight = std::max(1 - std::exp(-seconds / 2), seconds / age);
    rate_ += weight * (current - rate_);
    last_done_ = done;
    last_time_ = now;
  }
  ProgressReport report{.done = done, .total = total, .failed = failed, .rate = rate_};
  if (rate_ > 0 && done < total) report.eta = static_cast<double>(total - done) / rate_;
  return report;
}

}  // namespace tandem::futures
