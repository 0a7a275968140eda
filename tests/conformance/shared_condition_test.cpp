#include "tandem/multiprocessing/condition.hpp"
#include "tests/conformance/condition_stress_suite.hpp"
#include "tests/conformance/condition_suite.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

using namespace multiprocessing;

/// Over an RLock of its own, which only others can look at: it is held if they cannot have it.
struct OwnLock : InSharedMemory {
  static constexpr bool recursive = true;
  bool held() {
    const sync::ActorScope somebody_else{sync::new_actor()};
    if (!condition.acquire(false)) return true;
    condition.release();
    return false;
  }
  Condition condition;
};
struct GivenRLock : InSharedMemory {
  static constexpr bool recursive = true;
  bool held() const { return lock.is_owned(); }
  RLock lock;
  Condition condition{lock};
};
struct GivenLock : InSharedMemory {
  static constexpr bool recursive = false;
  bool held() const { return lock.locked(); }
  Lock lock;
  Condition condition{lock};
};

using Kinds = ::testing::Types<OwnLock, GivenRLock, GivenLock>;
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, ConditionSuite, Kinds);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, ConditionStressSuite, Kinds);

}  // namespace
}  // namespace tandem::test
