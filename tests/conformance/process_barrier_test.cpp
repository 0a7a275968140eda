#include "tests/conformance/barrier_suite.hpp"
#include "tests/conformance/process_waiters.hpp"
#include "tests/conformance/shared_kinds.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, BarrierSuite, SharedPrimitives<BetweenProcesses>);

}  // namespace
}  // namespace tandem::test
