// The primitives in shared memory promise what those of threading do, used by threads of one process.

#include "tests/conformance/event_suite.hpp"
#include "tests/conformance/lock_suite.hpp"
#include "tests/conformance/rlock_suite.hpp"
#include "tests/conformance/semaphore_suite.hpp"
#include "tests/conformance/shared_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Shared, LockSuite, SharedPrimitives<InSharedMemory>);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, RLockSuite, SharedPrimitives<InSharedMemory>);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, EventSuite, SharedPrimitives<InSharedMemory>);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, SemaphoreSuite, SharedSemaphores<InSharedMemory>);

}  // namespace
}  // namespace tandem::test
