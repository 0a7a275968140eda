// What the primitives in shared memory let one wait for.

#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tests/conformance/shared_waiters.hpp"
#include "tests/conformance/wait_kinds.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

using namespace multiprocessing;

struct HoldPermit : Consumed<InSharedMemory> {
  HoldPermit() { wait(); }
  bool wait(auto... how) {
    Permit got = semaphore.hold(how...);
    if (!got) return false;
    permit = std::move(got);
    return true;
  }
  void provide() { permit.release(); }
  Semaphore semaphore{1};
  Permit permit;  // of whoever got it last
};

using OfLock = LockAcquire<InSharedMemory, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedLock, WaitSuite, OfLock);
using OfRLock = RLockAcquire<InSharedMemory, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedRLock, WaitSuite, OfRLock);
using OfSemaphore = SemaphoreAcquire<InSharedMemory, Semaphore>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedSemaphore, WaitSuite, OfSemaphore);
using OfBoundedSemaphore = SemaphoreAcquire<InSharedMemory, BoundedSemaphore>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedBoundedSemaphore, WaitSuite, OfBoundedSemaphore);
using OfEvent = EventWait<InSharedMemory, Event>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedEvent, WaitSuite, OfEvent);
using OfConditionOverLock = ConditionWait<InSharedMemory, Condition, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedConditionOverLock, WaitSuite, OfConditionOverLock);
using OfConditionOverRLock = ConditionWait<InSharedMemory, Condition, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedConditionOverRLock, WaitSuite, OfConditionOverRLock);
using OfConditionForOverLock = ConditionWaitFor<InSharedMemory, Condition, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedConditionForOverLock, WaitSuite, OfConditionForOverLock);
using OfConditionForOverRLock = ConditionWaitFor<InSharedMemory, Condition, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedConditionForOverRLock, WaitSuite, OfConditionForOverRLock);
using OfConditionAcquireOverLock = ConditionAcquire<InSharedMemory, Condition, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedConditionAcquireOverLock, WaitSuite, OfConditionAcquireOverLock);
using OfConditionAcquireOverRLock = ConditionAcquire<InSharedMemory, Condition, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedConditionAcquireOverRLock, WaitSuite, OfConditionAcquireOverRLock);
using OfHold = HoldPermit;
INSTANTIATE_TYPED_TEST_SUITE_P(SharedHold, WaitSuite, OfHold);

}  // namespace
}  // namespace tandem::test
