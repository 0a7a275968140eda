// Waiting for an item, for room, and for all to be done.

#include <chrono>
#include <memory>
#include <stdexcept>
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

struct QueueWaiting : testing::Test {
  /// Waits until so many of the test's threads sleep.
  void await_sleepers(std::size_t n) {
    ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == before + n; }));
  }
  const std::size_t before = sync::LocalFutex::parked();
};

template <class Wait>
void expect_not_before(std::chrono::milliseconds time, Wait wait) {
  const auto begin = Deadline::Clock::now();
  wait(time);
  EXPECT_GE(Deadline::Clock::now() - begin, time);
}

TEST_F(QueueWaiting, EndsNotBeforeItsTime) {
  Queue<int> empty;
  Queue<int> full{1};
  full.put(1);
  expect_not_before(20ms, [&](auto time) { EXPECT_THROW(empty.get(time), Empty); });
  expect_not_before(20ms, [&](auto time) { EXPECT_EQ(empty.try_get(time), std::nullopt); });
  expect_not_before(20ms, [&](auto time) { EXPECT_THROW(full.put(2, time), Full); });
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(full.try_put(2, time)); });
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(full.join(time)); });
}

TEST_F(QueueWaiting, GetIsReleasedByPut) {
  Queue<std::unique_ptr<int>> queue;
  Thread getter = Thread::started([&] { EXPECT_EQ(*queue.get(), 42); });
  await_sleepers(1);
  queue.put(std::make_unique<int>(42));
  EXPECT_TRUE(getter.join(20s));
}

TEST_F(QueueWaiting, PutIsReleasedByGet) {
  Queue<int> queue{1};
  queue.put(1);
  Thread putter = Thread::started([&] { queue.put(2); });
  await_sleepers(1);
  EXPECT_EQ(queue.get(), 1);
  EXPECT_TRUE(putter.join(20s));
  EXPECT_EQ(queue.get(), 2);
}

TEST_F(QueueWaiting, JoinIsReleasedByTheLastTaskDone) {
  Queue<int> queue;
  queue.put(1);
  queue.put(2);
  base::Atomic<bool> joined{false};
  Thread joiner = Thread::started([&] {
    EXPECT_TRUE(queue.join());
    joined = true;
  });
  await_sleepers(1);
  queue.task_done();
  await_sleepers(1);
  EXPECT_FALSE(joined.load());
  queue.task_done();
  EXPECT_TRUE(joiner.join(20s));
}

// As many as there are items, and no more, come back.
TEST_F(QueueWaiting, EachPutReleasesOne) {
  Queue<int> queue;
  base::Atomic<int> got{0};
  std::vector<Thread> getters;
  for (int i = 0; i < 6; ++i) {
    getters.push_back(Thread::started([&] {
      queue.get();
      ++got;
    }));
  }
  await_sleepers(6);
  for (int i = 0; i < 3; ++i) queue.put(i);
  EXPECT_TRUE(eventually([&] { return got.load() == 3; }));
  await_sleepers(3);
  EXPECT_EQ(got.load(), 3);
  for (int i = 0; i < 3; ++i) queue.put(i);
  for (Thread& getter : getters) EXPECT_TRUE(getter.join(20s));
}

TEST_F(QueueWaiting, FirstComeFirstServed) {
  Queue<int> queue;
  std::vector<int> order;
  std::vector<Thread> getters;
  for (int i = 0; i < 4; ++i) {
    getters.push_back(Thread::started([&, i] {
      queue.get();
      order.push_back(i);  // one at a time: the next item comes when this thread has ended
    }));
    await_sleepers(static_cast<std::size_t>(i) + 1);
  }
  for (int i = 0; i < 4; ++i) {
    queue.put(i);
    EXPECT_TRUE(getters[static_cast<std::size_t>(i)].join(20s));
  }
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
}

TEST_F(QueueWaiting, AnItemThatComesAsTheTimeEndsIsNeverLost) {
  Queue<int> queue;
  int got = 0;
  constexpr int items = 2000;
  Thread getter = Thread::started([&] {
    while (got < items) {
      if (queue.try_get(50us)) ++got;
    }
  });
  for (int i = 0; i < items; ++i) {
    // About as long as the getter's patience, so that both ends of the race are met.
    const Deadline pause = std::chrono::microseconds{30 + i % 40};
    while (!pause.expired()) {
    }
    queue.put(i);
  }
  EXPECT_TRUE(getter.join(20s));
  EXPECT_EQ(got, items);
  EXPECT_TRUE(queue.empty());
}

TEST_F(QueueWaiting, WhatHappenedBeforePutIsSeenAfterGet) {
  std::vector<int> plain;  // no atomics, and each side writes: TSan proves the order
  Queue<int> there{1};
  Queue<int> back{1};
  Thread echo = Thread::started([&] {
    for (const int i : there) {
      plain.push_back(i);
      back.put(i);
    }
  });
  for (int i = 0; i < 500; ++i) {
    plain.assign(1, -i);
    there.put(i);
    ASSERT_EQ(back.get(), i);
    ASSERT_EQ(plain, (std::vector{-i, i}));
  }
  there.shutdown();
  echo.join();
}

}  // namespace
}  // namespace tandem::queue
