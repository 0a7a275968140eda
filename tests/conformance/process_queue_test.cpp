#include "tests/conformance/process_waiters.hpp"
#include "tests/conformance/queue_join_suite.hpp"
#include "tests/conformance/queue_shutdown_suite.hpp"
#include "tests/conformance/queue_suite.hpp"
#include "tests/conformance/shared_queue_kinds.hpp"
#include "tests/conformance/simple_queue_suite.hpp"

namespace tandem::test {
namespace {

using All = ::testing::Types<SharedQueue<BetweenProcesses>, SharedJoinable<BetweenProcesses>, SharedSimple<BetweenProcesses>>;
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, SimpleQueueSuite, All);

using Limited = ::testing::Types<SharedQueue<BetweenProcesses>, SharedJoinable<BetweenProcesses>>;
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, QueueSuite, Limited);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, QueueShutdownSuite, Limited);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcesses, QueueJoinSuite, SharedJoinable<BetweenProcesses>);

}  // namespace
}  // namespace tandem::test
