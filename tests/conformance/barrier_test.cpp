#include "tandem/threading/primitives.hpp"
#include "tests/conformance/barrier_suite.hpp"

namespace tandem::test {
namespace {

struct Threading : InThreads {
  using Barrier = threading::Barrier;
  using Broken = threading::BrokenBarrierError;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Threading, BarrierSuite, Threading);

}  // namespace
}  // namespace tandem::test
