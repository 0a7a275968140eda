// What the primitives of threading let one wait for.

#include "tandem/threading/primitives.hpp"
#include "tests/conformance/wait_kinds.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

using namespace threading;

using OfLock = LockAcquire<InThreads, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(Lock, WaitSuite, OfLock);
using OfRLock = RLockAcquire<InThreads, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(RLock, WaitSuite, OfRLock);
using OfSemaphore = SemaphoreAcquire<InThreads, Semaphore>;
INSTANTIATE_TYPED_TEST_SUITE_P(Semaphore, WaitSuite, OfSemaphore);
using OfBoundedSemaphore = SemaphoreAcquire<InThreads, BoundedSemaphore>;
INSTANTIATE_TYPED_TEST_SUITE_P(BoundedSemaphore, WaitSuite, OfBoundedSemaphore);
using OfEvent = EventWait<InThreads, Event>;
INSTANTIATE_TYPED_TEST_SUITE_P(Event, WaitSuite, OfEvent);
using OfConditionOverLock = ConditionWait<InThreads, Condition, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionOverLock, WaitSuite, OfConditionOverLock);
using OfConditionOverRLock = ConditionWait<InThreads, Condition, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionOverRLock, WaitSuite, OfConditionOverRLock);
using OfConditionForOverLock = ConditionWaitFor<InThreads, Condition, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionForOverLock, WaitSuite, OfConditionForOverLock);
using OfConditionForOverRLock = ConditionWaitFor<InThreads, Condition, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionForOverRLock, WaitSuite, OfConditionForOverRLock);
using OfConditionAcquireOverLock = ConditionAcquire<InThreads, Condition, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionAcquireOverLock, WaitSuite, OfConditionAcquireOverLock);
using OfConditionAcquireOverRLock = ConditionAcquire<InThreads, Condition, RLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionAcquireOverRLock, WaitSuite, OfConditionAcquireOverRLock);

}  // namespace
}  // namespace tandem::test
