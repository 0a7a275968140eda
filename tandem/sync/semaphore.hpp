#pragma once

#include <stop_token>

#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/sync/semaphore_word.hpp"
#include "tandem/sync/timed_lockable.hpp"

namespace tandem::sync {

/// A number of permits to take and give back. Python: threading.Semaphore. Models Lockable, so that `with semaphore:` reads
/// std::scoped_lock hold{semaphore}.
///
/// Permits have no owner: any thread may release. A sleeper that has waited for more than 1 ms is handed the next permit.
/// Memory order: what was done before release() is visible after the acquire() that takes the permit.
///
///     Semaphore rooms{4};
///     { std::scoped_lock room{rooms}; ... }
class Semaphore : public TimedLockable<Semaphore> {
 public:
  using TimedLockable::acquire;

  /// Throws std::invalid_argument if value is negative. Python: ValueError.
  explicit Semaphore(int value = 1, const char* name = "");
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Waits for a permit; false if the deadline passed first. Throws KeyboardInterrupt, see interrupt.hpp.
  bool acquire(Deadline deadline = Deadline::never()) { return word_.acquire(deadline) || gave_up(deadline); }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return word_.acquire(deadline, {.stop = &stop}) || gave_up(deadline);
  }
  /// Throws std::invalid_argument if n < 1 or a BoundedSemaphore would exceed its bound, std::overflow_error beyond 2^31 - 1
  /// permits.
  void release(int n = 1);
  const char* name() const noexcept { return name_; }

 protected:
  enum class Bound { none, initial_value };
  Semaphore(int value, const char* name, Bound bound);

 private:
  SemaphoreWord<LocalFutex> word_;
  const char* name_;
  const Bound bound_;
  const std::uint32_t most_;  // permits that there may be at a time
};

/// A Semaphore that never holds more permits than it began with: release() beyond that throws std::invalid_argument and changes
/// nothing, which finds the place that gives back what it did not take. Python: threading.BoundedSemaphore (ValueError).
class BoundedSemaphore : public Semaphore {
 public:
  explicit BoundedSemaphore(int value = 1, const char* name = "");
};

}  // namespace tandem::sync
