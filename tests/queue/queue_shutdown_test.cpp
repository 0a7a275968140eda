// shutdown(), as CPython 3.13 and later have it.

#include <chrono>
#include <memory>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::queue {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using threading::Thread;

TEST(QueueShutdown, LetsNothingIn) {
  Queue<int> queue{1};
  queue.shutdown();
  EXPECT_TRUE(queue.is_shut_down());
  EXPECT_THROW(queue.put(1), ShutDown);
  EXPECT_THROW(queue.put(1, 1ms), ShutDown);
  EXPECT_THROW(queue.put_nowait(1), ShutDown);
  EXPECT_THROW(queue.try_put(1), ShutDown);
  EXPECT_EQ(queue.qsize(), 0U);
}

TEST(QueueShutdown, IsSaidRatherThanFull) {
  Queue<int> queue{1};
  queue.put(1);
  queue.shutdown();
  EXPECT_THROW(queue.put_nowait(2), ShutDown);
}

TEST(QueueShutdown, GivesTheRestAndThenSaysSo) {
  Queue<int> queue;
  queue.put(1);
  queue.put(2);
  queue.shutdown();
  EXPECT_EQ(queue.get(), 1);
  EXPECT_EQ(queue.try_get(), 2);
  EXPECT_THROW(queue.get(), ShutDown);
  EXPECT_THROW(queue.get(1ms), ShutDown);
  EXPECT_THROW(queue.get_nowait(), ShutDown);
  EXPECT_EQ(queue.try_get(), std::nullopt);
  EXPECT_EQ(queue.try_get(Deadline::never()), std::nullopt) << "without waiting";
}

TEST(QueueShutdown, MayBeSaidAgain) {
  Queue<int> queue;
  queue.put(1);
  queue.shutdown();
  queue.shutdown();
  EXPECT_EQ(queue.qsize(), 1U);
  queue.shutdown(true);
  EXPECT_EQ(queue.qsize(), 0U);
  queue.shutdown(true);
  EXPECT_THROW(queue.get(), ShutDown);
}

TEST(QueueShutdown, TheRestMustStillBeReportedDone) {
  Queue<int> queue;
  queue.put(1);
  queue.shutdown();
  EXPECT_FALSE(queue.join(1ms));
  queue.get();
  queue.task_done();
  EXPECT_TRUE(queue.join());
}

TEST(QueueShutdown, ImmediateDropsTheRestWhichCountsAsDone) {
  const auto shared = std::make_shared<int>(1);
  Queue<std::shared_ptr<int>> queue;
  for (int i = 0; i < 3; ++i) queue.put(shared);
  queue.shutdown(true);
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_TRUE(queue.empty());
  EXPECT_THROW(queue.get(), ShutDown);
  EXPECT_TRUE(queue.join(0s));
  EXPECT_THROW(queue.task_done(), std::invalid_argument);
}

TEST(QueueShutdown, ImmediateLeavesWhatIsUnderWayToBeReported) {
  Queue<int> queue;
  for (int i = 0; i < 3; ++i) queue.put(i);
  queue.get();
  queue.shutdown(true);
  EXPECT_FALSE(queue.join(1ms)) << "one was gotten and not reported";
  queue.task_done();
  EXPECT_TRUE(queue.join());
}

// Reports may run ahead of the gets, so that fewer are unfinished than are in the queue.
TEST(QueueShutdown, ImmediateNeverCountsBelowZero) {
  Queue<int> queue;
  queue.put(1);
  queue.put(2);
  queue.task_done();
  queue.shutdown(true);
  EXPECT_TRUE(queue.join(0s));
  EXPECT_THROW(queue.task_done(), std::invalid_argument);
}

TEST(QueueShutdown, ADestructorOfADroppedItemMayUseTheQueue) {
  struct Asks {
    Queue<std::unique_ptr<Asks>>& queue;
    std::size_t& seen;
    ~Asks() { seen += queue.qsize() + 1; }
  };
  std::size_t seen = 0;
  Queue<std::unique_ptr<Asks>> queue;
  queue.put(std::make_unique<Asks>(queue, seen));
  queue.put(std::make_unique<Asks>(queue, seen));
  queue.shutdown(true);
  EXPECT_EQ(seen, 2U);
}

class BothSides : public testing::TestWithParam<bool> {};

TEST_P(BothSides, AllWhoWaitAreReleased) {
  Queue<int> empty;
  Queue<int> full{1};
  full.put(0);
  const std::size_t parked = sync::LocalFutex::parked();
  base::Atomic<int> released{0};
  std::vector<Thread> threads;
  const auto start = [&](auto wait) {
    threads.push_back(Thread::started([&released, wait] {
      EXPECT_THROW(wait(), ShutDown);
      ++released;
    }));
  };
  for (int i = 0; i < 3; ++i) {
    start([&] { empty.get(); });
    start([&] { empty.get(20s); });
    start([&] { full.put(1); });
    start([&] { full.put(1, 20s); });
    threads.push_back(Thread::started([&] { EXPECT_EQ(empty.try_get(Deadline::never()), std::nullopt); }));
    threads.push_back(Thread::started([&] {
      for (const int item : empty) ADD_FAILURE() << item;
    }));
  }
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + threads.size(); }));
  empty.shutdown(GetParam());
  full.shutdown(GetParam());
  for (Thread& thread : threads) EXPECT_TRUE(thread.join(20s));
  EXPECT_EQ(released.load(), 12);
  EXPECT_EQ(full.qsize(), GetParam() ? 0U : 1U);
}

TEST_P(BothSides, WhoJoinsIsReleasedWhenNothingIsLeft) {
  Queue<int> queue;
  queue.put(1);
  const std::size_t parked = sync::LocalFutex::parked();
  Thread joiner = Thread::started([&] { EXPECT_TRUE(queue.join()); });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; }));
  queue.shutdown(GetParam());
  if (!GetParam()) {
    EXPECT_FALSE(joiner.join(1ms));
    queue.get();
    queue.task_done();
  }
  EXPECT_TRUE(joiner.join(20s));
}

INSTANTIATE_TEST_SUITE_P(QueueShutdown, BothSides, testing::Bool(),
                         [](const auto& test) { return test.param ? "Immediate" : "Orderly"; });

TEST(QueueShutdown, RangeForInManyThreadsEndsWithTheQueue) {
  Queue<int> queue{4};
  base::Atomic<long> sum{0};
  std::vector<Thread> consumers;
  for (int i = 0; i < 4; ++i) {
    consumers.push_back(Thread::started([&] {
      for (const int item : queue) {
        sum += item;
        queue.task_done();
      }
    }));
  }
  for (int i = 1; i <= 1000; ++i) queue.put(i);
  EXPECT_TRUE(queue.join(20s));
  queue.shutdown();
  for (Thread& consumer : consumers) consumer.join();
  EXPECT_EQ(sum.load(), 500'500);
}

}  // namespace
}  // namespace tandem::queue
