#include "tests/conformance/lockable_suite.hpp"
#include "tests/conformance/shared_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {

namespace {

static_assert(TimedLockable<multiprocessing::Lock> && TimedLockable<multiprocessing::RLock>);

INSTANTIATE_TYPED_TEST_SUITE_P(Shared, LockableSuite, SharedLocks<InSharedMemory>);

}  // namespace
}  // namespace tandem::test
