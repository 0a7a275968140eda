// What the queues within a process let one wait for.

#include "tests/conformance/queue_wait_kinds.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

using Gets = ::testing::Types<Get<Fifo>, Get<Lifo>, Get<Priority>, Get<Simple>>;
using Puts = ::testing::Types<Put<Fifo>, Put<Lifo>, Put<Priority>>;
using Joins = ::testing::Types<Join<Fifo>, Join<Lifo>, Join<Priority>>;
INSTANTIATE_TYPED_TEST_SUITE_P(QueueGet, WaitSuite, Gets);
INSTANTIATE_TYPED_TEST_SUITE_P(QueuePut, WaitSuite, Puts);
INSTANTIATE_TYPED_TEST_SUITE_P(QueueJoin, WaitSuite, Joins);

}  // namespace
}  // namespace tandem::test
