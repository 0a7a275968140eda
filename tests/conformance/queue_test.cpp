#include "tests/conformance/queue_exceptions_suite.hpp"
#include "tests/conformance/queue_join_suite.hpp"
#include "tests/conformance/queue_objects_suite.hpp"
#include "tests/conformance/queue_shutdown_suite.hpp"
#include "tests/conformance/queue_suite.hpp"
#include "tests/conformance/simple_queue_suite.hpp"

namespace tandem::test {
namespace {

using All = ::testing::Types<Fifo, Lifo, Priority, Simple>;
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, SimpleQueueSuite, All);
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, SimpleQueueObjectsSuite, All);

using Kinds = ::testing::Types<Fifo, Lifo, Priority>;
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, QueueSuite, Kinds);
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, QueueShutdownSuite, Kinds);
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, QueueJoinSuite, Kinds);
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, QueueObjectsSuite, Kinds);
INSTANTIATE_TYPED_TEST_SUITE_P(Queues, QueueExceptionsSuite, Kinds);

}  // namespace
}  // namespace tandem::test
