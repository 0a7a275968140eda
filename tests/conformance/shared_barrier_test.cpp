#include "tests/conformance/barrier_suite.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

struct Shared : InSharedMemory {
  using Barrier = SharedBarrier;
  using Broken = multiprocessing::BrokenBarrierError;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Shared, BarrierSuite, Shared);

}  // namespace
}  // namespace tandem::test
