#pragma once

// What there is to be waited for, as kinds of wait_suite.hpp: over the primitives of threading as over those of others that have
// their names.

#include <mutex>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/base/deadline.hpp"
#include "tandem/sync/current.hpp"

namespace tandem::test {

/// What is used up by the wait that gets it.
template <class World>
struct Consumed : World {
  static constexpr bool for_all = false;
};

template <class World, class Lock>
struct LockAcquire : Consumed<World> {
  LockAcquire() { lock.acquire(); }
  bool wait(auto... how) { return lock.acquire(how...); }
  void provide() { lock.release(); }
  Lock lock;
};

/// Only its holder releases an RLock, so each waiter is somebody of its own, in whose name it is released.
template <class World, class RLock>
struct RLockAcquire : Consumed<World> {
  RLockAcquire() { wait(); }
  bool wait(auto... how) {
    const sync::ActorId me = sync::new_actor();
    const sync::ActorScope as_me{me};
    if (!lock.acquire(how...)) return false;
    holder = me;
    return true;
  }
  void provide() {
    const sync::ActorScope as_its_holder{holder};
    lock.release();
  }
  RLock lock;
  sync::ActorId holder = sync::nobody;  // guarded by the lock
};

template <class World, class S>
struct SemaphoreAcquire : Consumed<World> {
  SemaphoreAcquire() { semaphore.acquire(); }
  bool wait(auto... how) { return semaphore.acquire(how...); }
  void provide() { semaphore.release(); }
  S semaphore{1};
};

template <class World, class Event>
struct EventWait : World {
  static constexpr bool for_all = true;
  bool wait(auto... how) { return event.wait(how...); }
  void provide() { event.set(); }
  void withdraw() { event.clear(); }
  Event event;
};

/// One thing at a time, guarded by the condition, whose wait is told that it is there.
template <class World, class Condition, class L>
struct Guarded : Consumed<World> {
  void provide() {
    const std::scoped_lock hold{condition};
    *there = true;
    condition.notify();
  }
  L lock;
  Condition condition{lock};
  const typename World::template Common<bool> there{false};  // guarded by the condition
};

template <class World, class Condition, class L>
struct ConditionWait : Guarded<World, Condition, L> {
  bool wait(auto... how) {
    const std::scoped_lock hold{this->condition};
    if (!*this->there) {
      const bool notified = this->condition.wait(how...);
      EXPECT_EQ(notified, *this->there) << "it answers whether it was notified";
    }
    return std::exchange(*this->there, false);
  }
};

template <class World, class Condition, class L>
struct ConditionWaitFor : Guarded<World, Condition, L> {
  bool wait(auto... how) {
    const std::scoped_lock hold{this->condition};
    const bool got = this->condition.wait_for([this] { return *this->there; }, how...);
    EXPECT_EQ(got, *this->there);
    *this->there = false;
    return got;
  }
};

/// The lock under a condition is taken through the condition as well.
template <class World, class Condition, class L>
struct ConditionAcquire : Consumed<World> {
  bool wait(auto... how) {
    const sync::ActorId me = sync::new_actor();
    const sync::ActorScope as_me{me};
    if (!condition.acquire(how...)) return false;
    holder = me;
    return true;
  }
  ConditionAcquire() { wait(); }
  void provide() {
    const sync::ActorScope as_its_holder{holder};
    condition.release();
  }
  L lock;
  Condition condition{lock};
  sync::ActorId holder = sync::nobody;  // guarded by the lock
};

}  // namespace tandem::test
