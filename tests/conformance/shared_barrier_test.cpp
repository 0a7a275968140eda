#include "tests/conformance/barrier_suite.hpp"
#include "tests/conformance/shared_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Shared, BarrierSuite, SharedPrimitives<InSharedMemory>);

}  // namespace
}  // namespace tandem::test
