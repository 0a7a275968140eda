#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>

#include "tandem/sync/rlock.hpp"

namespace tandem::sync {

/// Waits for a change under a lock, and tells others of one. Python: threading.Condition.
///
/// Over a lock of the caller's or, by default, an RLock of its own. The condition is itself Lockable: std::scoped_lock hold{ready}.
///
/// Guarantees: notify(n) wakes exactly n waiters (or all, if fewer), in the order in which they came; nobody is woken without
/// having been notified; a waiter whose time-out and notification coincide reports the notification, so none is lost. Misuse:
/// wait() or notify() without holding the lock throws std::logic_error. (Over a plain Lock, which knows no owner, only "nobody
/// holds it" is noticed; the same is true of Python.)
/// Memory order: that of the lock.
/// Lifetime: may be destroyed when nobody waits and the lock has been released.
///
///     Condition ready;
///     { std::scoped_lock hold{ready}; ready.wait_for([&] { return n > 0; }, 2s); }
///     { std::scoped_lock hold{ready}; ++n; ready.notify(); }
class Condition : public TimedLockable<Condition> {
 public:
  using TimedLockable::acquire;

  explicit Condition(const char* name = "") noexcept : own_{std::in_place, name}, rlock_{&*own_}, lock_{rlock_->lock_} {}
  explicit Condition(Lock& lock) noexcept : lock_{lock} {}
  explicit Condition(RLock& lock) noexcept : rlock_{&lock}, lock_{lock.lock_} {}
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  bool acquire(Deadline deadline = Deadline::never()) {
    return rlock_ != nullptr ? rlock_->acquire(deadline) : lock_.acquire(deadline);
  }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return rlock_ != nullptr ? rlock_->acquire(std::move(stop), deadline) : lock_.acquire(std::move(stop), deadline);
  }
  void release() { rlock_ != nullptr ? rlock_->release() : lock_.release(); }

  /// Gives the lock up (an RLock wholly, however often it was taken), sleeps until notified or the deadline has passed, and takes
  /// the lock again, for which there is no deadline. True if notified. Throws KeyboardInterrupt, see interrupt.hpp, with the lock
  /// in hand like any other way out of here.
  bool wait(Deadline deadline = Deadline::never()) { return wait_until(deadline, {}); }
  /// A request to stop ends it, too, as a time-out would.
  bool wait(std::stop_token stop, Deadline deadline = Deadline::never()) { return wait_until(deadline, {.stop = &stop}); }

  /// Waits until `predicate()`, which is called under the lock, is true; answers what it said last.
  template <class Predicate>
  bool wait_for(Predicate predicate, Deadline deadline = Deadline::never()) {
    return wait_for(std::move(predicate), deadline, Cancel{});
  }
  template <class Predicate>
  bool wait_for(Predicate predicate, std::stop_token stop, Deadline deadline = Deadline::never()) {
    return wait_for(std::move(predicate), deadline, Cancel{.stop = &stop});
  }
  template <class Predicate>
  bool wait_for(Predicate predicate, Deadline deadline, Cancel cancel) {
    while (!predicate()) {
      if (!wait_until(deadline, cancel)) return static_cast<bool>(predicate());
    }
    return true;
  }

  void notify(std::size_t n = 1) {
    expect_held("notify");
    if (!slots_.empty()) wake(n);
  }
  void notify_all() { notify(static_cast<std::size_t>(-1)); }

 private:
  class Wait;

  /// A place in the queue, on the waiter's stack. It is linked, unlinked and notified only by those who hold the lock, and its
  /// owner leaves it only with the lock in hand: so a notifier never meets a slot that is gone.
  struct Slot : base::ListNode {
    static constexpr std::uint32_t waiting = 0, notified = 1;
    Word word{waiting};
  };

  bool wait_until(Deadline deadline, Cancel cancel);
  void wake(std::size_t n);
  void expect_held(const char* call) const {
    if (rlock_ != nullptr ? !rlock_->is_owned() : !lock_.locked()) refuse(call);
  }
  [[noreturn]] void refuse(const char* call) const;

  std::optional<RLock> own_;
  RLock* rlock_ = nullptr;  // the lock to give up and take again: this one with its owner and count, or else just lock_
  Lock& lock_;
  base::IntrusiveList<Slot> slots_;  // first come, first served; guarded by the lock
};

}  // namespace tandem::sync
