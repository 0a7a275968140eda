// What the queues between processes let one wait for; the other side is a thread.

#include "tests/conformance/queue_wait_kinds.hpp"
#include "tests/conformance/shared_queue_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(SharedQueueGet, WaitSuite, Get<SharedQueue<InSharedMemory>>);
INSTANTIATE_TYPED_TEST_SUITE_P(SharedQueuePut, WaitSuite, Put<SharedQueue<InSharedMemory>>);
INSTANTIATE_TYPED_TEST_SUITE_P(SharedQueueJoin, WaitSuite, Join<SharedJoinable<InSharedMemory>>);

}  // namespace
}  // namespace tandem::test
