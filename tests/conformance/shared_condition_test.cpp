#include "tests/conformance/condition_stress_suite.hpp"
#include "tests/conformance/condition_suite.hpp"
#include "tests/conformance/shared_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Shared, ConditionSuite, SharedConditions<InSharedMemory>);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, ConditionStressSuite, SharedConditions<InSharedMemory>);

}  // namespace
}  // namespace tandem::test
