#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <utility>
#include <variant>

#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/waiting_places.hpp"

namespace tandem::multiprocessing {

/// Waits for a change under a lock, and tells others of one, in all processes. Python: multiprocessing.Condition. A handle, see
/// SharedHandle; it brings its lock along.
///
/// Over a lock of the caller's or, by default, an RLock of its own. The condition is itself Lockable: std::scoped_lock hold{ready}.
///
/// Guarantees: notify(n) wakes exactly n waiters (or all, if fewer), in the order in which they came; nobody is woken without
/// having been notified; a waiter whose time-out and notification coincide reports the notification, so none is lost. Nor is one
/// lost to the dead: notify() passes over waiters whose process has ended, and if one ends that was notified and has not taken the
/// lock again, the oldest of those that waited at that notify gets it in its place, within 200 ms. Misuse: wait() or notify()
/// without holding the lock throws std::logic_error. (Over a plain Lock only "nobody holds it" is noticed.)
///
/// Of the lock: whoever comes back from wait() asks recovered() of it, as after any acquire(). Memory order: that of the lock.
///
///     Condition ready;
///     { std::scoped_lock hold{ready}; ready.wait_for([&] { return *n > 0; }, 2s); }
///     { std::scoped_lock hold{ready}; ++*n; ready.notify(); }
class Condition : public SharedHandle, public sync::TimedLockable<Condition> {
 public:
  using TimedLockable::acquire;

  /// A new one, as Lock's.
  Condition() : Condition{RLock{}} {}
  explicit Condition(std::string_view name) : Condition{RLock{name}} {}
  explicit Condition(RLock lock) : Condition{AnyLock{std::move(lock)}} {}
  explicit Condition(Lock lock) : Condition{AnyLock{std::move(lock)}} {}
  explicit Condition(Blank blank) noexcept : SharedHandle{blank}, lock_{RLock{blank}} {}

  bool acquire(Deadline deadline = Deadline::never()) {
    return std::visit([&](auto& lock) { return lock.acquire(deadline); }, lock_);
  }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return std::visit([&](auto& lock) { return lock.acquire(std::move(stop), deadline); }, lock_);
  }
  void release() {
    std::visit([](auto& lock) { lock.release(); }, lock_);
  }
  /// Of the lock: whether its last holder died while it held it.
  bool recovered() const { return word().recovered(); }

  /// Gives the lock up (an RLock wholly, however often it was taken), sleeps until notified or the deadline has passed, and takes
  /// the lock again, for which there is no deadline. True if notified. Throws KeyboardInterrupt, see interrupt.hpp, with the lock
  /// in hand like any other way out of here; std::runtime_error if 4096 threads wait already, std::system_error if memory is short.
  bool wait(Deadline deadline = Deadline::never()) { return wait_until(deadline, {}); }
  /// A request to stop ends it, too, as a time-out would.
  bool wait(std::stop_token stop, Deadline deadline = Deadline::never()) { return wait_until(deadline, {.stop = &stop}); }

  /// Waits until `predicate()`, which is called under the lock, is true; answers what it said last.
  template <class Predicate>
  bool wait_for(Predicate predicate, Deadline deadline = Deadline::never()) {
    return wait_for(std::move(predicate), deadline, sync::Cancel{});
  }
  template <class Predicate>
  bool wait_for(Predicate predicate, std::stop_token stop, Deadline deadline = Deadline::never()) {
    return wait_for(std::move(predicate), deadline, sync::Cancel{.stop = &stop});
  }
  template <class Predicate>
  bool wait_for(Predicate predicate, Deadline deadline, sync::Cancel cancel) {
    while (!predicate()) {
      if (!wait_until(deadline, cancel)) return static_cast<bool>(predicate());
    }
    return true;
  }

  void notify(std::size_t n = 1);
  void notify_all() { notify(static_cast<std::size_t>(-1)); }

  void save(remote::OutputArchive& out) const;
  void load(remote::InputArchive& in);

 private:
  class Wait;
  using AnyLock = std::variant<RLock, Lock>;
  /// Of a place's word, beside free and waiting: its owner was notified, and has not taken the lock yet.
  static constexpr std::uint32_t notified = 2;

  struct State {
    WaitingPlaces::Line line;
  };

  explicit Condition(AnyLock lock);

  State& state() const { return object().state<State>(); }
  sync::RobustLockWord& word() const {
    return std::visit([](const auto& lock) -> sync::RobustLockWord& { return lock.word(); }, lock_);
  }
  RLock* rlock() noexcept { return std::get_if<RLock>(&lock_); }
  bool wait_until(Deadline deadline, sync::Cancel cancel);
  WaitingPlace& enlist();
  bool give(WaitingPlace& place) const noexcept;
  bool is_orphaned(const WaitingPlace& place) const noexcept;
  bool should_inherit(const WaitingPlace& mine) const noexcept;
  void inherit() const noexcept;
  void expect_held(const char* call) const;

  AnyLock lock_;
  WaitingPlaces places_;
};

}  // namespace tandem::multiprocessing
