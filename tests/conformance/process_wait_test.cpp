// What processes can wait for. Not for a Lock and an RLock here: the suite's waiters end with what they got, and a lock whose
// holder has ended is everybody's; see shared_wait_test.cpp for these.

#include "tests/conformance/process_waiters.hpp"
#include "tests/conformance/shared_kinds.hpp"
#include "tests/conformance/wait_kinds.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

using namespace multiprocessing;

using World = BetweenProcesses;
using OfSemaphore = ::testing::Types<SemaphoreAcquire<World, Semaphore>, SemaphoreAcquire<World, BoundedSemaphore>>;
INSTANTIATE_TYPED_TEST_SUITE_P(SemaphoreBetweenProcesses, WaitSuite, OfSemaphore);
using OfEvent = EventWait<World, Event>;
INSTANTIATE_TYPED_TEST_SUITE_P(EventBetweenProcesses, WaitSuite, OfEvent);
using OfCondition = ::testing::Types<ConditionWait<World, Condition, Lock>, ConditionWait<World, Condition, RLock>,
                                     ConditionWaitFor<World, Condition, Lock>, ConditionWaitFor<World, Condition, RLock>>;
INSTANTIATE_TYPED_TEST_SUITE_P(ConditionBetweenProcesses, WaitSuite, OfCondition);

}  // namespace
}  // namespace tandem::test
