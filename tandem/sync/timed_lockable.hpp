#pragma once

#include <chrono>

#include "tandem/base/deadline.hpp"

namespace tandem::sync {

/// The other names for acquire(Deadline) and release(), for whatever has these two: acquire(blocking), and what makes it
/// TimedLockable, so that std::scoped_lock and std::unique_lock work on it. Derive publicly, with `using TimedLockable::acquire`.
template <class Self>
class TimedLockable {
 public:
  /// acquire(false) tries once. Python: acquire(blocking=False).
  bool acquire(bool blocking) { return self().acquire(blocking ? Deadline::never() : Deadline::passed()); }

  void lock() { self().acquire(Deadline::never()); }
  bool try_lock() { return self().acquire(Deadline::passed()); }
  void unlock() { self().release(); }
  template <class Rep, class Period>
  bool try_lock_for(std::chrono::duration<Rep, Period> timeout) {
    return self().acquire(Deadline{timeout});
  }
  template <class Clock, class Duration>
  bool try_lock_until(std::chrono::time_point<Clock, Duration> when) {
    const auto now = Clock::now();
    // Compared first: the difference to a time long ago may not fit, and would come out as "for ever".
    return self().acquire(when > now ? Deadline{when - now} : Deadline::passed());
  }

 private:
  friend Self;
  constexpr TimedLockable() noexcept = default;
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

}  // namespace tandem::sync
