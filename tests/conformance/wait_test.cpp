// What the primitives of threading let one wait for.

#include <mutex>
#include <utility>

#include "tandem/threading/primitives.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

using namespace threading;

/// What is used up by the wait that gets it.
struct Consumed : InThreads {
  static constexpr bool for_all = false;
};

struct LockAcquire : Consumed {
  LockAcquire() { lock.acquire(); }
  bool wait(auto... how) { return lock.acquire(how...); }
  void provide() { lock.release(); }
  Lock lock;
};

/// Only its holder releases an RLock, so each waiter is somebody of its own, in whose name it is released.
struct RLockAcquire : Consumed {
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

template <class S>
struct SemaphoreAcquire : Consumed {
  SemaphoreAcquire() { semaphore.acquire(); }
  bool wait(auto... how) { return semaphore.acquire(how...); }
  void provide() { semaphore.release(); }
  S semaphore{1};
};

struct EventWait : InThreads {
  static constexpr bool for_all = true;
  bool wait(auto... how) { return event.wait(how...); }
  void provide() { event.set(); }
  void withdraw() { event.clear(); }
  Event event;
};

/// One thing at a time, guarded by the condition, whose wait is told that it is there.
template <class L>
struct Guarded : Consumed {
  void provide() {
    const std::scoped_lock hold{condition};
    there = true;
    condition.notify();
  }
  L lock;
  Condition condition{lock};
  bool there = false;  // guarded by the condition
};

template <class L>
struct ConditionWait : Guarded<L> {
  bool wait(auto... how) {
    const std::scoped_lock hold{this->condition};
    if (!this->there) {
      const bool notified = this->condition.wait(how...);
      EXPECT_EQ(notified, this->there) << "it answers whether it was notified";
    }
    return std::exchange(this->there, false);
  }
};

template <class L>
struct ConditionWaitFor : Guarded<L> {
  bool wait(auto... how) {
    const std::scoped_lock hold{this->condition};
    const bool got = this->condition.wait_for([this] { return this->there; }, how...);
    EXPECT_EQ(got, this->there);
    this->there = false;
    return got;
  }
};

/// The lock under a condition is taken through the condition as well.
template <class L>
struct ConditionAcquire : Consumed {
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

// One line for each.
INSTANTIATE_TYPED_TEST_SUITE_P(Lock, WaitSuite, LockAcquire);
INSTANTIATE_TYPED_TEST_SUITE_P(RLock, WaitSuite, RLockAcquire);
INSTANTIATE_TYPED_TEST_SUITE_P(Semaphore, WaitSuite, SemaphoreAcquire<Semaphore>);
INSTANTIATE_TYPED_TEST_SUITE_P(BoundedSemaphore, WaitSuite, SemaphoreAcquire<BoundedSemaphore>);
INSTANTIATE_TYPED_TEST_SUITE_P(Event, WaitSuite, EventWait);
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionOverLock, WaitSuite, ConditionWait<Lock>);
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionOverRLock, WaitSuite, ConditionWait<RLock>);
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionForOverLock, WaitSuite, ConditionWaitFor<Lock>);
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionForOverRLock, WaitSuite, ConditionWaitFor<RLock>);
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionAcquireOverLock, WaitSuite, ConditionAcquire<Lock>);
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionAcquireOverRLock, WaitSuite, ConditionAcquire<RLock>);

}  // namespace
}  // namespace tandem::test
