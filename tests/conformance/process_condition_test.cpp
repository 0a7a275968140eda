#include "tests/conformance/condition_stress_suite.hpp"
#include "tests/conformance/condition_suite.hpp"
#include "tests/conformance/process_waiters.hpp"
#include "tests/conformance/shared_kinds.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, ConditionSuite, SharedConditions<BetweenProcesses>);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, ConditionStressSuite, SharedConditions<BetweenProcesses>);

}  // namespace
}  // namespace tandem::test
