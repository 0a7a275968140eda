#include "tandem/threading/primitives.hpp"
#include "tests/conformance/condition_kinds.hpp"
#include "tests/conformance/condition_stress_suite.hpp"
#include "tests/conformance/condition_suite.hpp"

namespace tandem::test {
namespace {

using namespace threading;

using Kinds = Conditions<InThreads, Condition, RLock, Lock>;
INSTANTIATE_TYPED_TEST_SUITE_P(Threading, ConditionSuite, Kinds);
INSTANTIATE_TYPED_TEST_SUITE_P(Threading, ConditionStressSuite, Kinds);

}  // namespace
}  // namespace tandem::test
