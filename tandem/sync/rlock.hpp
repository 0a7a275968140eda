#pragma once

#include <utility>

#include "tandem/sync/current.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::sync {

/// A lock that its holder may take again; it is free when released as often as taken. Python: threading.RLock.
///
/// The holder is a thread, greenlet or Task (see current()), and only the holder may release: std::logic_error otherwise.
/// Fairness, memory order and lifetime are those of Lock.
class RLock : public TimedLockable<RLock> {
 public:
  using TimedLockable::acquire;

  constexpr RLock() noexcept = default;
  constexpr explicit RLock(const char* name) noexcept : lock_{name} {}

  bool acquire(Deadline deadline = Deadline::never()) {
    return acquire_by([&] { return lock_.acquire(deadline); });
  }
  /// Waits until stop is requested at most.
  bool acquire(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return acquire_by([&] { return lock_.acquire(std::move(stop), deadline); });
  }
  void release() {
    if (!is_owned()) refuse_release();
    if (--count_ != 0) return;
    owner_.store(nobody, std::memory_order_relaxed);
    lock_.release();
  }
  bool locked() const noexcept { return lock_.locked(); }
  /// Whether the caller holds it.
  bool is_owned() const noexcept { return owner_.load(std::memory_order_relaxed) == current(); }
  const char* name() const noexcept { return lock_.name(); }

 private:
  friend class Condition;

  template <class TakeLock>
  bool acquire_by(TakeLock take_lock) {
    const ActorId me = current();
    if (owner_.load(std::memory_order_relaxed) != me) {
      if (!take_lock()) return false;
      owner_.store(me, std::memory_order_relaxed);
    }
    ++count_;
    return true;
  }
  [[noreturn]] void refuse_release() const;

  Lock lock_;
  // nobody, or the holder's id. Written by the holder only; others compare it with their own id, which it equals only if they wrote
  // it themselves, so relaxed order is enough.
  base::Atomic<ActorId> owner_{nobody};
  std::uint32_t count_ = 0;  // how often the holder has taken it; guarded by lock_
};

}  // namespace tandem::sync
