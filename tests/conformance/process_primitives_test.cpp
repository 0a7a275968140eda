// The primitives in shared memory promise what those of threading do, used by processes that share nothing else.

#include "tests/conformance/event_suite.hpp"
#include "tests/conformance/lock_suite.hpp"
#include "tests/conformance/process_waiters.hpp"
#include "tests/conformance/rlock_suite.hpp"
#include "tests/conformance/semaphore_suite.hpp"
#include "tests/conformance/shared_kinds.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, LockSuite, SharedPrimitives<BetweenProcesses>);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, RLockSuite, SharedPrimitives<BetweenProcesses>);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, EventSuite, SharedPrimitives<BetweenProcesses>);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, SemaphoreSuite, SharedSemaphores<BetweenProcesses>);

}  // namespace
}  // namespace tandem::test
