#pragma once

#include <chrono>

#include "tandem/base/clock.hpp"

namespace tandem {

/// The moment at which a wait gives up: one point on the steady clock, or never.
///
/// Every wait in tandem takes a Deadline as its last parameter. Durations convert to it, so that a call reads like Python's
/// `timeout=`: `lock.acquire(100ms)`, `queue.get(2s)`. A deadline is computed once and handed down, so that a wait made of several
/// steps ends when the caller said and not later.
///
/// Guarantees: a duration of zero or less has already passed (the call tries once and does not sleep); a duration too long for
/// the clock means never. Trivially copyable; safe to share.
///
///     Deadline deadline = 2s;
///     while (!deadline.expired()) poll(deadline.remaining());
class Deadline {
 public:
  using Clock = base::Clock;
  using TimePoint = Clock::time_point;

  /// Waits for as long as it takes. Python: `timeout=None`.
  static constexpr Deadline never() noexcept { return Deadline{TimePoint::max()}; }
  /// Tries once. Python: `timeout=0`, `blocking=False`.
  static constexpr Deadline passed() noexcept { return Deadline{TimePoint::min()}; }

  constexpr explicit Deadline(TimePoint when) noexcept : when_{when} {}

  template <class Rep, class Period>
  Deadline(std::chrono::duration<Rep, Period> timeout) noexcept : when_{from_now(timeout)} {}  // NOLINT: reads as timeout=

  constexpr TimePoint when() const noexcept { return when_; }
  constexpr bool is_never() const noexcept { return when_ == TimePoint::max(); }
  bool expired() const noexcept {
    // Neither of the two extremes needs to look at the clock.
    return !is_never() && (when_ == TimePoint::min() || Clock::now() >= when_);
  }
  /// What is left, never negative; duration::max() if there is no deadline.
  Clock::duration remaining() const noexcept {
    if (is_never()) return Clock::duration::max();
    if (when_ == TimePoint::min()) return Clock::duration::zero();
    const auto now = Clock::now();
    return when_ > now ? when_ - now : Clock::duration::zero();  // compared first: the difference to long ago may not fit
  }

  friend constexpr auto operator<=>(Deadline, Deadline) = default;

 private:
  template <class Rep, class Period>
  static TimePoint from_now(std::chrono::duration<Rep, Period> timeout) noexcept {
    if (!(timeout > timeout.zero())) return TimePoint::min();  // also NaN
    const auto now = Clock::now();
    // Compared in floating point, because the sum may not fit, and with a second to spare for its rounding errors, which differ by
    // the unit that the time-out is in.
    const std::chrono::duration<double> room = TimePoint::max() - now - std::chrono::seconds{1};
    if (std::chrono::duration<double>(timeout) >= room) return TimePoint::max();
    return now + std::chrono::ceil<Clock::duration>(timeout);  // rounded up: never returns before its time
  }

  TimePoint when_;
};

}  // namespace tandem
