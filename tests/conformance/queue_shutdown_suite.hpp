#pragma once

// How a Queue, LifoQueue or PriorityQueue ends: shutdown(), as CPython 3.13 and later have it. What that means for join() is
// queue_join_suite.hpp's. Kinds: queue_kinds.hpp.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <vector>

#include <gtest/gtest.h>

#include "tests/conformance/queue_kinds.hpp"

namespace tandem::test {

template <class Kind>
class QueueShutdownSuite : public ::testing::Test {
 protected:
  template <class T>
  using QueueOf = typename Kind::template Queue<T>;
  using ShutDown = queue::ShutDown;

  /// Everybody waits, in each form, on both sides; the end releases all of them.
  void release_all(bool immediate) {
    using namespace std::chrono_literals;
    QueueOf<int> empty;
    QueueOf<int> full{1};
    full.put(0);
    std::stop_source stop;
    Waiters<Kind> waiters;
    const auto start = [&](auto wait) { waiters.start([wait] { EXPECT_THROW(wait(), ShutDown); }); };
    for (int i = 0; i < 2; ++i) {
      start([&] { empty.get(); });
      start([&] { empty.get(20s); });
      start([&] { full.put(1); });
      start([&] { full.put(1, 20s); });
      start([&] { full.try_put(1, stop.get_token()); });
      waiters.start([&] { EXPECT_EQ(empty.try_get(Deadline::never()), std::nullopt); });
      waiters.start([&] { EXPECT_EQ(empty.try_get(stop.get_token(), 20s), std::nullopt); });
      waiters.start([&] {
        for (const int item : empty) ADD_FAILURE() << item;
      });
    }
    ASSERT_TRUE(waiters.asleep(16));
    empty.shutdown(immediate);
    full.shutdown(immediate);
    EXPECT_TRUE(waiters.ended());
    EXPECT_EQ(full.qsize(), immediate ? 0U : 1U);
  }

  QueueOf<int> queue;
};
TYPED_TEST_SUITE_P(QueueShutdownSuite);

TYPED_TEST_P(QueueShutdownSuite, LetsNothingIn) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(this->queue.is_shut_down());
  this->queue.shutdown();
  EXPECT_TRUE(this->queue.is_shut_down());
  EXPECT_TRUE(refuses<std::runtime_error>([&] { this->queue.put(1); }, {"shut down"}));
  EXPECT_THROW(this->queue.put(1, 1ms), queue::ShutDown);
  EXPECT_THROW(this->queue.put_nowait(1), queue::ShutDown);
  EXPECT_THROW(this->queue.try_put(1), queue::ShutDown);
  EXPECT_THROW(this->queue.try_put(1, std::stop_token{}), queue::ShutDown);
  EXPECT_EQ(this->queue.qsize(), 0U);
}

TYPED_TEST_P(QueueShutdownSuite, IsSaidRatherThanFull) {
  this->queue.maxsize(1);
  this->queue.put(1);
  this->queue.shutdown();
  EXPECT_THROW(this->queue.put_nowait(2), queue::ShutDown);
}

TYPED_TEST_P(QueueShutdownSuite, GivesTheRestAndThenSaysSo) {
  using namespace std::chrono_literals;
  const std::vector put{2, 3, 1};
  const std::vector order = order_of<TypeParam>(put);
  for (const int item : put) this->queue.put(item);
  this->queue.shutdown();
  EXPECT_EQ(this->queue.get(), order[0]);
  EXPECT_EQ(this->queue.try_get(), order[1]);
  EXPECT_EQ(this->queue.get(1ms), order[2]);
  EXPECT_THROW(this->queue.get(), queue::ShutDown);
  EXPECT_THROW(this->queue.get(1ms), queue::ShutDown);
  EXPECT_THROW(this->queue.get_nowait(), queue::ShutDown) << "and not Empty";
  EXPECT_EQ(this->queue.try_get(), std::nullopt);
  EXPECT_EQ(this->queue.try_get(Deadline::never()), std::nullopt) << "without waiting";
}

TYPED_TEST_P(QueueShutdownSuite, MayBeSaidAgain) {
  this->queue.put(1);
  this->queue.shutdown();
  this->queue.shutdown();
  EXPECT_EQ(this->queue.qsize(), 1U);
  this->queue.shutdown(true);
  EXPECT_EQ(this->queue.qsize(), 0U);
  this->queue.shutdown(true);
  EXPECT_THROW(this->queue.get(), queue::ShutDown);
}

TYPED_TEST_P(QueueShutdownSuite, ReleasesAllWhoWait) { this->release_all(false); }
TYPED_TEST_P(QueueShutdownSuite, ImmediateReleasesAllWhoWait) { this->release_all(true); }

TYPED_TEST_P(QueueShutdownSuite, RangeForInManyThreadsEndsWithTheQueue) {
  this->queue.maxsize(4);
  const Common<TypeParam, base::Atomic<long>> sum{0};
  Waiters<TypeParam> consumers;
  for (int i = 0; i < 4; ++i) {
    consumers.start([&] {
      for (const int item : this->queue) {
        *sum += item;
      }
    });
  }
  for (int i = 1; i <= 1000; ++i) this->queue.put(i);
  this->queue.shutdown();
  EXPECT_TRUE(consumers.ended());
  EXPECT_EQ(sum->load(), 500'500);
}

REGISTER_TYPED_TEST_SUITE_P(QueueShutdownSuite, LetsNothingIn, IsSaidRatherThanFull, GivesTheRestAndThenSaysSo, MayBeSaidAgain,
                            ReleasesAllWhoWait, ImmediateReleasesAllWhoWait, RangeForInManyThreadsEndsWithTheQueue);

}  // namespace tandem::test
