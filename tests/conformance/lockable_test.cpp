#include "tandem/threading/primitives.hpp"
#include "tests/conformance/lockable_suite.hpp"

namespace tandem::test {
namespace {

using namespace threading;

// SURFACE: "Lockable + TimedLockable".
static_assert(TimedLockable<Lock> && TimedLockable<RLock>);

using Locks = ::testing::Types<Locking<InThreads, Lock>, Locking<InThreads, RLock>, Locking<InThreads, Condition>,
                               Locking<InThreads, Semaphore>>;  // Semaphore{1} by default
INSTANTIATE_TYPED_TEST_SUITE_P(Threading, LockableSuite, Locks);

}  // namespace
}  // namespace tandem::test
