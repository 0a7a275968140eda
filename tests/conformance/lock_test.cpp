#include "tandem/threading/primitives.hpp"
#include "tests/conformance/lock_suite.hpp"
#include "tests/conformance/rlock_suite.hpp"

namespace tandem::test {
namespace {

struct Threading : InThreads {
  using Lock = threading::Lock;
  using RLock = threading::RLock;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Threading, LockSuite, Threading);
INSTANTIATE_TYPED_TEST_SUITE_P(Threading, RLockSuite, Threading);

}  // namespace
}  // namespace tandem::test
