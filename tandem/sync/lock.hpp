#pragma once

#include <stop_token>

#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/sync/lock_word.hpp"
#include "tandem/sync/timed_lockable.hpp"

namespace tandem::sync {

/// A mutual-exclusion lock. Python: threading.Lock.
///
/// Nobody owns it: any thread may release what another has acquired. Taking it twice in one thread deadlocks; see RLock. It models
/// Lockable and TimedLockable, so std::scoped_lock and std::unique_lock work on it.
///
/// Fairness: a release lets whoever comes first have it, but hands it to a sleeper that has waited for more than 1 ms.
/// Memory order: what was done before release() is visible after the next acquire().
/// Lifetime: may be destroyed once nobody uses it; destroying it while somebody waits is undefined.
///
///     Lock lock{"accounts"};
///     { std::scoped_lock hold{lock}; ... }
///     if (lock.acquire(100ms)) lock.release();
class Lock : public TimedLockable<Lock> {
 public:
  using TimedLockable::acquire;

  constexpr Lock() noexcept = default;
  /// Errors show the name; it is kept as the pointer that it is, so pass a literal.
  constexpr explicit Lock(const char* name) noexcept : name_{name} {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  /// Waits until the lock is taken or the deadline has passed; says whether it was taken. Throws KeyboardInterrupt, see
  /// interrupt.hpp.
  bool acquire(Deadline deadline = Deadline::never()) { return word_.acquire(deadline) || gave_up(deadline); }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return word_.acquire(deadline, {.stop = &stop}) || gave_up(deadline);
  }
  /// Throws std::logic_error if it is not locked. Python: RuntimeError.
  void release() {
    if (!word_.release()) refuse_release();
  }
  bool locked() const noexcept { return word_.is_locked(); }
  const char* name() const noexcept { return name_; }

 private:
  friend class RLock;
  friend class Condition;
  friend class Guard;
  friend class Barrier;
  friend class ForkHold;

  [[noreturn]] void refuse_release() const;

  LockWord<LocalFutex> word_;
  const char* name_ = "";
};

}  // namespace tandem::sync
