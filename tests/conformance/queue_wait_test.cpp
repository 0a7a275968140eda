// What the queues let one wait for: an item, room, and that all is done.

#include "tests/conformance/queue_kinds.hpp"
#include "tests/conformance/wait_suite.hpp"

namespace tandem::test {
namespace {

template <class Kind>
struct Get : Kind {
  static constexpr bool for_all = false;
  bool wait(auto... how) { return queue.try_get(how...).has_value(); }
  void provide() { queue.put(1); }
  typename Kind::template Queue<int> queue;
};

template <class Kind>
struct Put : Kind {
  static constexpr bool for_all = false;
  Put() { queue.put(1); }
  bool wait(auto... how) { return queue.try_put(1, how...); }
  void provide() { queue.get(); }
  typename Kind::template Queue<int> queue{1};
};

template <class Kind>
struct Join : Kind {
  static constexpr bool for_all = true;
  Join() { withdraw(); }
  bool wait(auto... how) { return queue.join(how...); }
  void provide() { queue.task_done(); }
  void withdraw() {
    queue.put(1);
    queue.get();
  }
  typename Kind::template Queue<int> queue;
};

using Gets = ::testing::Types<Get<Fifo>, Get<Lifo>, Get<Priority>, Get<Simple>>;
using Puts = ::testing::Types<Put<Fifo>, Put<Lifo>, Put<Priority>>;
using Joins = ::testing::Types<Join<Fifo>, Join<Lifo>, Join<Priority>>;
INSTANTIATE_TYPED_TEST_SUITE_P(QueueGet, WaitSuite, Gets);
INSTANTIATE_TYPED_TEST_SUITE_P(QueuePut, WaitSuite, Puts);
INSTANTIATE_TYPED_TEST_SUITE_P(QueueJoin, WaitSuite, Joins);

}  // namespace
}  // namespace tandem::test
