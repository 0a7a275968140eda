// The primitives in shared memory, used by threads of one process, promise what those of threading do.

#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tests/conformance/event_suite.hpp"
#include "tests/conformance/lock_suite.hpp"
#include "tests/conformance/rlock_suite.hpp"
#include "tests/conformance/semaphore_suite.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

struct Shared : InSharedMemory {
  using Lock = multiprocessing::Lock;
  using RLock = multiprocessing::RLock;
  using Event = multiprocessing::Event;
};
struct Unbounded : InSharedMemory {
  using Semaphore = multiprocessing::Semaphore;
  static constexpr bool bounded = false;
};
struct Bounded : InSharedMemory {
  using Semaphore = multiprocessing::BoundedSemaphore;
  static constexpr bool bounded = true;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Shared, LockSuite, Shared);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, RLockSuite, Shared);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, EventSuite, Shared);
using Semaphores = ::testing::Types<Unbounded, Bounded>;
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, SemaphoreSuite, Semaphores);

}  // namespace
}  // namespace tandem::test
