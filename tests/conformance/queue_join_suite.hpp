#pragma once

// How a queue with task_done() and join() counts what is not done yet. How a join() may end is also wait_suite.hpp's. Kinds:
// queue_kinds.hpp.

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/conformance/queue_kinds.hpp"

namespace tandem::test {

template <class Kind>
class QueueJoinSuite : public ::testing::Test {
 protected:
  template <class T>
  using QueueOf = typename Kind::template Queue<T>;
};
TYPED_TEST_SUITE_P(QueueJoinSuite);

TYPED_TEST_P(QueueJoinSuite, CountsWhatIsDone) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue;
  EXPECT_TRUE(queue.join()) << "nothing was put";
  queue.put(1);
  queue.put(2);
  EXPECT_FALSE(queue.join(0s));
  queue.get();
  EXPECT_FALSE(queue.join(0s)) << "gotten is not done";
  queue.task_done();
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(queue.join(time)); });
  queue.get();
  queue.task_done();
  EXPECT_TRUE(queue.join());
  EXPECT_TRUE(queue.join(0s));
}

TYPED_TEST_P(QueueJoinSuite, RefusesTaskDoneTooOften) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue;
  EXPECT_TRUE(refuses<std::invalid_argument>([&] { queue.task_done(); }, {"task_done", "more often"}));
  queue.put(1);
  queue.get();
  queue.task_done();
  EXPECT_THROW(queue.task_done(), std::invalid_argument);
  queue.put(2);
  EXPECT_FALSE(queue.join(0s)) << "a refused report does not count";
}

// Surprising, and Python's as well: the count is that of put(), and whether the item was taken is not looked at.
TYPED_TEST_P(QueueJoinSuite, TaskDoneCountsPutsNotGets) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue;
  queue.put(1);
  queue.task_done();
  EXPECT_TRUE(queue.join(0s));
  EXPECT_EQ(queue.get(), 1);
}

TYPED_TEST_P(QueueJoinSuite, APutThatFailedDoesNotCount) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue{1};
  queue.put(1);
  EXPECT_THROW(queue.put_nowait(2), queue::Full);
  EXPECT_FALSE(queue.try_put(2, 1ms));
  queue.task_done();
  EXPECT_TRUE(queue.join(0s));
}

TYPED_TEST_P(QueueJoinSuite, JoinWaitsForTheLastTaskDone) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue;
  queue.put(1);
  queue.put(2);
  Waiters<TypeParam> joiners;
  for (int i = 0; i < 3; ++i) joiners.start([&, i] { EXPECT_TRUE(i == 0 ? queue.join() : queue.join(20s)); });
  ASSERT_TRUE(joiners.asleep(3));
  queue.task_done();
  EXPECT_TRUE(joiners.asleep(3));
  queue.task_done();
  EXPECT_TRUE(joiners.ended());
}

TYPED_TEST_P(QueueJoinSuite, TheRestMustStillBeReportedDone) {
  typename TestFixture::template QueueOf<int> queue;
  using namespace std::chrono_literals;
  queue.put(1);
  queue.shutdown();
  EXPECT_FALSE(queue.join(1ms));
  queue.get();
  queue.task_done();
  EXPECT_TRUE(queue.join());
}

TYPED_TEST_P(QueueJoinSuite, ImmediateLeavesWhatIsUnderWayToBeReported) {
  typename TestFixture::template QueueOf<int> queue;
  using namespace std::chrono_literals;
  for (int i = 0; i < 3; ++i) queue.put(i);
  queue.get();
  queue.shutdown(true);
  EXPECT_FALSE(queue.join(1ms)) << "one was gotten and not reported";
  queue.task_done();
  EXPECT_TRUE(queue.join());
}

// Reports may run ahead of the gets, so that fewer are unfinished than are in the queue.
TYPED_TEST_P(QueueJoinSuite, ImmediateNeverCountsBelowZero) {
  typename TestFixture::template QueueOf<int> queue;
  using namespace std::chrono_literals;
  queue.put(1);
  queue.put(2);
  queue.task_done();
  queue.shutdown(true);
  EXPECT_TRUE(queue.join(0s));
  EXPECT_THROW(queue.task_done(), std::invalid_argument);
}

TYPED_TEST_P(QueueJoinSuite, WhoJoinsIsReleasedWhenNothingIsLeft) {
  typename TestFixture::template QueueOf<int> queue;
  Waiters<TypeParam> joiner;
  queue.put(1);
  ASSERT_TRUE(joiner.start_asleep([&] { EXPECT_TRUE(queue.join()); }));
  queue.shutdown();
  EXPECT_TRUE(joiner.asleep(1));
  queue.get();
  queue.task_done();
  EXPECT_TRUE(joiner.ended());
}

TYPED_TEST_P(QueueJoinSuite, ImmediateReleasesWhoJoins) {
  typename TestFixture::template QueueOf<int> queue;
  Waiters<TypeParam> joiner;
  queue.put(1);
  ASSERT_TRUE(joiner.start_asleep([&] { EXPECT_TRUE(queue.join()); }));
  queue.shutdown(true);
  EXPECT_TRUE(joiner.ended());
}

REGISTER_TYPED_TEST_SUITE_P(QueueJoinSuite, CountsWhatIsDone, RefusesTaskDoneTooOften, TaskDoneCountsPutsNotGets,
                            APutThatFailedDoesNotCount, JoinWaitsForTheLastTaskDone, TheRestMustStillBeReportedDone,
                            ImmediateLeavesWhatIsUnderWayToBeReported, ImmediateNeverCountsBelowZero,
                            WhoJoinsIsReleasedWhenNothingIsLeft, ImmediateReleasesWhoJoins);

}  // namespace tandem::test
