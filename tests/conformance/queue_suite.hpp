#pragma once

// What a Queue, LifoQueue or PriorityQueue has over a SimpleQueue (simple_queue_suite.hpp): a limit; and an end
// (queue_shutdown_suite.hpp). Most of them count what is not done yet, too (queue_join_suite.hpp). How a put() may end is also
// wait_suite.hpp's. Kinds: queue_kinds.hpp.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/conformance/queue_kinds.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class QueueSuite : public ::testing::Test {
 protected:
  template <class T>
  using QueueOf = typename Kind::template Queue<T>;
};
TYPED_TEST_SUITE_P(QueueSuite);

TYPED_TEST_P(QueueSuite, IsFullAtItsLimit) {
  typename TestFixture::template QueueOf<int> queue{2};
  EXPECT_EQ(queue.maxsize(), 2U);
  EXPECT_FALSE(queue.full());
  queue.put(1);
  EXPECT_FALSE(queue.full());
  queue.put(2);
  EXPECT_TRUE(queue.full());
  queue.get();
  EXPECT_FALSE(queue.full());
}

TYPED_TEST_P(QueueSuite, WithoutALimitIsNeverFull) {
  typename TestFixture::template QueueOf<int> queue;
  EXPECT_EQ(queue.maxsize(), 0U);
  for (int i = 0; i < 10'000; ++i) queue.put_nowait(i);
  EXPECT_FALSE(queue.full());
  EXPECT_EQ(queue.qsize(), 10'000U);
}

TYPED_TEST_P(QueueSuite, FullInEveryForm) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<std::string> queue{1};
  queue.put("first");
  EXPECT_TRUE(refuses<std::runtime_error>([&] { queue.put_nowait("x"); }, {"full"}));
  EXPECT_THROW(queue.put("x", 0s), queue::Full);
  // Python refuses a negative time-out; here it is one that has passed, as everywhere.
  EXPECT_THROW(queue.put("x", -1s), queue::Full);
  expect_not_before(20ms, [&](auto time) { EXPECT_THROW(queue.put("x", time), queue::Full); });
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(queue.try_put("x", time)); });
  EXPECT_EQ(queue.qsize(), 1U);
  EXPECT_EQ(queue.get(), "first");
  EXPECT_TRUE(queue.try_put("second"));
  EXPECT_EQ(queue.get(), "second");
}

TYPED_TEST_P(QueueSuite, PutWaitsForGet) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue{1};
  Waiters<TypeParam> putters;
  queue.put(0);
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(putters.start_asleep([&, i] { i % 2 == 0 ? queue.put(i) : queue.put(i, 20s); }));
    EXPECT_EQ(queue.get(), i - 1);
    ASSERT_TRUE(putters.ended());
  }
  EXPECT_EQ(queue.get(), 4);
}

// As many as there is room for, and no more, come in, those who came first before the others.
TYPED_TEST_P(QueueSuite, EachGetLetsTheFirstWhoCameIn) {
  constexpr int n = 5;
  typename TestFixture::template QueueOf<int> queue{1};
  queue.put(0);
  Waiters<TypeParam> putters;
  for (int i = 1; i <= n; ++i) ASSERT_TRUE(putters.start_asleep([&, i] { queue.put(i); }));
  for (int i = 0; i < n; ++i) {
    const int item = queue.get();
    if constexpr (TypeParam::first_come_first_served) {
      EXPECT_EQ(item, i);
    }
    ASSERT_TRUE(putters.asleep(static_cast<std::size_t>(n - i - 1)));
    ASSERT_TRUE(eventually([&] { return queue.full(); }));
  }
  EXPECT_TRUE(putters.ended());
  const int last = queue.get();
  if constexpr (TypeParam::first_come_first_served) {
    EXPECT_EQ(last, n);
  }
  EXPECT_TRUE(queue.empty());
}

// In Python, maxsize is an attribute that may be written as well, but nobody who waits learns of it there. Here they do.
TYPED_TEST_P(QueueSuite, MoreRoomIsSeenByThoseWhoWait) {
  typename TestFixture::template QueueOf<int> queue{1};
  queue.put(0);
  Waiters<TypeParam> putters;
  for (int i = 1; i <= 5; ++i) putters.start([&, i] { queue.put(i); });
  ASSERT_TRUE(putters.asleep(5));
  queue.maxsize(3);
  EXPECT_EQ(queue.maxsize(), 3U);
  ASSERT_TRUE(eventually([&] { return queue.qsize() == 3; }));
  ASSERT_TRUE(putters.asleep(3));
  EXPECT_TRUE(queue.full());
  queue.maxsize(0);
  EXPECT_TRUE(putters.ended());
  EXPECT_EQ(queue.qsize(), 6U);
  EXPECT_FALSE(queue.full());
}

TYPED_TEST_P(QueueSuite, LessRoomThrowsNothingOut) {
  using namespace std::chrono_literals;
  typename TestFixture::template QueueOf<int> queue;
  for (int i = 0; i < 4; ++i) queue.put(i);
  queue.maxsize(2);
  EXPECT_EQ(queue.qsize(), 4U);
  EXPECT_TRUE(queue.full());
  EXPECT_FALSE(queue.try_put(9));
  Waiters<TypeParam> putter;
  ASSERT_TRUE(putter.start_asleep([&] { EXPECT_TRUE(queue.try_put(4, 20s)); }));
  for (std::size_t left = 3; left >= 2; --left) {
    queue.get();
    ASSERT_TRUE(putter.asleep(1)) << "there is still no room";
    EXPECT_EQ(queue.qsize(), left);
    EXPECT_TRUE(queue.full());
  }
  queue.get();
  EXPECT_TRUE(putter.ended());
  EXPECT_EQ(queue.qsize(), 2U);
}

TYPED_TEST_P(QueueSuite, RangeForMayTakeTheItemAway) {
  typename TestFixture::template QueueOf<std::unique_ptr<int>> queue;
  for (int i = 0; i < 3; ++i) queue.put(std::make_unique<int>(i));
  queue.shutdown();
  int sum = 0;
  for (std::unique_ptr<int>& item : queue) sum += *std::exchange(item, nullptr);
  EXPECT_EQ(sum, 3);
}

TYPED_TEST_P(QueueSuite, BreakingOutOfARangeForLeavesTheRest) {
  typename TestFixture::template QueueOf<int> queue;
  const std::vector put{3, 1, 2};
  const std::vector order = order_of<TypeParam>(put);
  for (const int item : put) queue.put(item);
  for (const int item : queue) {
    EXPECT_EQ(item, order[0]);
    break;
  }
  EXPECT_EQ(queue.qsize(), 2U);
  EXPECT_EQ(queue.get(), order[1]);
}

/// Puts in one form or another, with a stop that may have been requested.
template <class Queue>
void put_somehow(Queue& queue, int item, const std::stop_token& stop, Random& random) {
  using namespace std::chrono_literals;
  for (;;) {
    switch (random() % 4) {
      case 0:
        queue.put(item);
        return;
      case 1:
        if (queue.try_put(item, up_to(100us, random))) return;
        break;
      case 2:
        if (queue.try_put(item, stop, up_to(100us, random))) return;
        break;
      default:
        if (queue.try_put(item)) return;
    }
  }
}

// While the limit goes up and down and stops are requested.
TYPED_TEST_P(QueueSuite, EveryItemIsGottenOnceInWhicheverForm) {
  using namespace std::chrono_literals;
  static_cast<void>(seed());  // chosen and printed before the actors ask for it
  constexpr int actors = 3;
  const int each = rounds(3000);
  typename TestFixture::template QueueOf<int> queue{2};
  CommonRow<TypeParam, base::Atomic<int>> gotten(static_cast<std::size_t>(actors * each));
  std::stop_source stop;
  const Common<TypeParam, base::Atomic<bool>> over{false};
  Waiters<TypeParam> eating;
  for (std::uint32_t c = 0; c < actors; ++c) {
    eating.start([&, c] {
      Random random = random_engine(100 + c);
      const auto had = [&](int item) {
        ++gotten.at(static_cast<std::size_t>(item));
        if constexpr (requires { queue.task_done(); }) queue.task_done();
      };
      while (!over->load()) {
        if (const auto item = random() % 2 == 0 ? queue.try_get(stop.get_token(), up_to(100us, random)) : queue.try_get(50us)) {
          had(*item);
        }
      }
      for (const int item : queue) had(item);
    });
  }
  Waiters<TypeParam> making;
  for (int p = 0; p < actors; ++p) {
    making.start([&, p] {
      Random random = random_engine(static_cast<std::uint32_t>(p));
      for (int i = 0; i < each; ++i) put_somehow(queue, p * each + i, stop.get_token(), random);
    });
  }
  Random random = random_engine(200);
  for (int change = 0; change < 200; ++change) {
    queue.maxsize(random() % 4);
    spin_until(up_to(200us, random));
    if (change == 100) stop.request_stop();
  }
  ASSERT_TRUE(making.ended(std::chrono::seconds{50}));
  *over = true;
  if constexpr (requires { queue.join(20s); }) {
    EXPECT_TRUE(queue.join(20s));
  }
  queue.shutdown();
  ASSERT_TRUE(eating.ended());
  for (const auto& times : gotten) ASSERT_EQ(times.load(), 1);
}

REGISTER_TYPED_TEST_SUITE_P(QueueSuite, IsFullAtItsLimit, WithoutALimitIsNeverFull, FullInEveryForm, PutWaitsForGet,
                            EachGetLetsTheFirstWhoCameIn, MoreRoomIsSeenByThoseWhoWait, LessRoomThrowsNothingOut,
                            RangeForMayTakeTheItemAway, BreakingOutOfARangeForLeavesTheRest, EveryItemIsGottenOnceInWhicheverForm);

}  // namespace tandem::test
