// What the queues between processes let one wait for; the other side is a process.

#include "tests/conformance/process_waiters.hpp"
#include "tests/conformance/queue_wait_kinds.hpp"
#include "tests/conformance/shared_queue_kinds.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcessesQueueGet, WaitSuite, Get<SharedQueue<BetweenProcesses>>);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcessesQueuePut, WaitSuite, Put<SharedQueue<BetweenProcesses>>);
INSTANTIATE_TYPED_TEST_SUITE_P(BetweenProcessesQueueJoin, WaitSuite, Join<SharedJoinable<BetweenProcesses>>);

}  // namespace
}  // namespace tandem::test
