#include "tests/conformance/queue_join_suite.hpp"
#include "tests/conformance/queue_shutdown_suite.hpp"
#include "tests/conformance/queue_suite.hpp"
#include "tests/conformance/shared_queue_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"
#include "tests/conformance/simple_queue_suite.hpp"

namespace tandem::test {
namespace {

using All = ::testing::Types<SharedQueue<InSharedMemory>, SharedJoinable<InSharedMemory>, SharedSimple<InSharedMemory>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, SimpleQueueSuite, All);

using Limited = ::testing::Types<SharedQueue<InSharedMemory>, SharedJoinable<InSharedMemory>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, QueueSuite, Limited);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, QueueShutdownSuite, Limited);
INSTANTIATE_TYPED_TEST_SUITE_P(Shared, QueueJoinSuite, SharedJoinable<InSharedMemory>);

}  // namespace
}  // namespace tandem::test
