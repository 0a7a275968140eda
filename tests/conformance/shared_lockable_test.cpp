#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tests/conformance/lockable_suite.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {

template <class L>
  requires std::derived_from<L, multiprocessing::SharedHandle>
struct Sleepers<L> {
  static std::size_t now() { return asleep_on_shared_words(); }
};

namespace {

using namespace multiprocessing;

static_assert(TimedLockable<Lock> && TimedLockable<RLock>);

using Locks = ::testing::Types<Lock, RLock, Condition, Semaphore>;  // Semaphore{1} by default
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, LockableSuite, Locks);

}  // namespace
}  // namespace tandem::test
