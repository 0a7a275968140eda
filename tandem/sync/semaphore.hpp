#pragma once

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
  /// Throws std::invalid_argument if n < 1, std::overflow_error beyond 2^31 - 1 permits.
  void release(int n = 1);
  const char* name() const noexcept { return name_; }

 private:
  SemaphoreWord<LocalFutex> word_;
  const char* name_;
};

}  // namespace tandem::sync
