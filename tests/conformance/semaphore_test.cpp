#include "tandem/threading/primitives.hpp"
#include "tests/conformance/semaphore_suite.hpp"

namespace tandem::test {
namespace {

struct Unbounded : InThreads {
  using Semaphore = threading::Semaphore;
  static constexpr bool bounded = false;
};
struct Bounded : InThreads {
  using Semaphore = threading::BoundedSemaphore;
  static constexpr bool bounded = true;
};

using Kinds = ::testing::Types<Unbounded, Bounded>;
INSTANTIATE_TYPED_TEST_SUITE_P(Threading, SemaphoreSuite, Kinds);

}  // namespace
}  // namespace tandem::test
