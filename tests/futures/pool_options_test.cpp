// What may be said about a task of a pool of threads.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using sync::Event;
using test::eventually;

/// Ends when it is asked to.
void until_stopped(const std::stop_token& stop) {
  Event never;
  static_cast<void>(never.wait(stop, 60s));
}

// ---- time-outs

TEST(PoolOptions, ATaskThatIsInTimeIsNotDisturbed) {
  ThreadPoolExecutor pool{2};
  EXPECT_EQ(pool.with({.timeout = 60s}).submit([](int n) { return n; }, 7).result(), 7);
  EXPECT_FALSE(pool.with({.timeout = 60s}).submit([](std::stop_token stop) { return stop.stop_requested(); }).result());
  EXPECT_NO_THROW(pool.with({.timeout = 60s}).submit([] {}).result());
  EXPECT_THROW(pool.with({.timeout = 60s}).submit([]() -> int { throw std::out_of_range{"x"}; }).result(), std::out_of_range);
}

TEST(PoolOptions, ATimeOutFailsTheFutureAndRequestsStop) {
  ThreadPoolExecutor pool{1};
  base::Atomic<bool> stopped{false};
  const auto begin = Deadline::Clock::now();
  const auto late = pool.with({.timeout = 30ms, .name = "slow one"}).submit([&](std::stop_token stop) {
    until_stopped(stop);
    stopped = true;
    return 1;
  });
  try {
    late.result();
    FAIL() << "it ran into no time-out";
  } catch (const TaskTimeout& timeout) {
    EXPECT_EQ(timeout.task(), "slow one");
    EXPECT_EQ(timeout.timeout(), 30ms);
  }
  EXPECT_GE(Deadline::Clock::now() - begin, 30ms);
  EXPECT_EQ(pool.submit([] { return 2; }).result(), 2) << "its worker goes on";
  EXPECT_TRUE(stopped.load());
}

TEST(PoolOptions, WhatDoesNotListenKeepsItsWorkerBusy) {
  ThreadPoolExecutor pool{1};
  Event gate;
  const auto late = pool.with({.timeout = 10ms}).submit([&] { gate.wait(); });
  EXPECT_THROW(late.result(), TaskTimeout);
  const auto behind = pool.submit([] { return 1; });
  EXPECT_FALSE(behind.wait(20ms));
  gate.set();
  EXPECT_EQ(behind.result(), 1);
}

TEST(PoolOptions, TheTimeBeginsWithTheAttempt) {
  ThreadPoolExecutor pool{1};
  Event gate;
  const auto busy = pool.submit([&] { gate.wait(); });
  const auto queued = pool.with({.timeout = 5s}).submit([] { return 1; });
  const auto soon = pool.with({.timeout = 1ms}).submit([] {});
  EXPECT_FALSE(soon.wait(30ms)) << "it waits for its turn, and no time passes for it";
  gate.set();
  EXPECT_EQ(queued.result(), 1);
  EXPECT_TRUE(soon.wait());
}

TEST(PoolOptions, UnnamedTasksAreNumbered) {
  ThreadPoolExecutor pool{1};
  const auto first = pool.with({.timeout = 1ms}).submit(until_stopped);
  const auto second = pool.with({.timeout = 1ms}).submit(until_stopped);
  const auto name_of = [](const Future<void>& future) {
    try {
      future.result();
    } catch (const TaskTimeout& timeout) {
      return timeout.task();
    }
    return std::string{"none"};
  };
  EXPECT_EQ(name_of(first), "1");
  EXPECT_EQ(name_of(second), "2");
}

TEST(PoolOptions, ATimeOutReachesAWorkerThatRunsItForItself) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    const auto inner = pool.with({.timeout = 20ms}).submit(until_stopped);
    EXPECT_THROW(inner.result(), TaskTimeout);
  });
  outer.result();
}

// ---- retries

TEST(PoolOptions, RetriesUntilItSucceeds) {
  ThreadPoolExecutor pool{2};
  int calls = 0;
  const auto third_time = [&] {
    if (++calls < 3) throw std::runtime_error{"not yet"};
    return calls;
  };
  EXPECT_EQ(pool.with({.retries = 5}).submit(third_time).result(), 3);
}

TEST(PoolOptions, FailsWithTheLastErrorWhenRetriesAreUsedUp) {
  ThreadPoolExecutor pool{2};
  int calls = 0;
  const auto future = pool.with({.retries = 3}).submit([&]() -> int { throw ++calls; });
  try {
    future.result();
    FAIL() << "no exception";
  } catch (int call) {
    EXPECT_EQ(call, 4);
  }
  EXPECT_EQ(calls, 4);
}

TEST(PoolOptions, EachAttemptGetsTheArgumentsAnew) {
  ThreadPoolExecutor pool{2};
  base::Atomic<int> calls{0};
  const auto eats_its_argument = [&](std::string text) {
    std::string mine = std::move(text);
    if (++calls < 3) throw std::runtime_error{"again"};
    return mine;
  };
  EXPECT_EQ(pool.with({.retries = 2}).submit(eats_its_argument, std::string(100, 'x')).result(), std::string(100, 'x'));
}

TEST(PoolOptions, WhatCannotBeCopiedMayRunOnce) {
  ThreadPoolExecutor pool{1};
  const auto take = [](std::unique_ptr<int> n) { return *n; };
  EXPECT_EQ(pool.with({.timeout = 60s}).submit(take, std::make_unique<int>(3)).result(), 3);
  EXPECT_THROW(pool.with({.retries = 1}).submit(take, std::make_unique<int>(3)), std::invalid_argument);
}

TEST(PoolOptions, PausesBetweenAttemptsAndDoublesThePause) {
  ThreadPoolExecutor pool{1};
  std::vector<Deadline::TimePoint> begun;
  const auto future = pool.with({.retries = 3, .backoff = 10ms}).submit([&] {
    begun.push_back(Deadline::Clock::now());
    if (begun.size() < 4) throw std::runtime_error{"again"};
  });
  future.result();
  ASSERT_EQ(begun.size(), 4U);
  EXPECT_GE(begun[1] - begun[0], 10ms);
  EXPECT_GE(begun[2] - begun[1], 20ms);
  EXPECT_GE(begun[3] - begun[2], 40ms);
}

TEST(PoolOptions, TheWorkerDoesOtherWorkInThePause) {
  ThreadPoolExecutor pool{1};
  Event failed, other_ran;
  base::Atomic<int> calls{0};
  const auto future = pool.with({.retries = 1, .backoff = 200ms}).submit([&] {
    if (++calls == 1) {
      failed.set();
      throw std::runtime_error{"again"};
    }
    return other_ran.is_set();
  });
  ASSERT_TRUE(failed.wait(60s));
  pool.submit([&] { other_ran.set(); }).result();
  EXPECT_TRUE(future.result());
}

TEST(PoolOptions, ATimedOutAttemptIsRepeatedElsewhere) {
  ThreadPoolExecutor pool{2};
  Event gate;
  base::Atomic<int> calls{0};
  const auto future = pool.with({.timeout = 200ms, .retries = 1}).submit([&] {
    const int call = ++calls;
    if (call == 1) gate.wait();
    return call;
  });
  EXPECT_EQ(future.result(), 2) << "the first one still runs, and what it comes to is nobody's result";
  gate.set();
  pool.shutdown();  // it uses what ends here
}

TEST(PoolOptions, AWaitingWorkerRepeatsWhatItRuns) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    int calls = 0;
    return pool.with({.retries = 2, .backoff = 1ms})
        .submit([&] {
          if (++calls < 3) throw std::runtime_error{"again"};
          return calls;
        })
        .result();
  });
  EXPECT_EQ(outer.result(), 3);
}

TEST(PoolOptions, OnlyWhatHasNotBegunCanBeCancelled) {
  ThreadPoolExecutor pool{1};
  Event failed;
  auto future = pool.with({.retries = 1, .backoff = 50ms}).submit([&] {
    if (failed.is_set()) return 1;
    failed.set();
    throw std::runtime_error{"again"};
  });
  ASSERT_TRUE(failed.wait(60s));
  EXPECT_FALSE(future.cancel()) << "an attempt was made";
  EXPECT_EQ(future.result(), 1);
  Event gate;
  const auto busy = pool.submit([&] { gate.wait(); });
  auto queued = pool.with({.retries = 1}).submit([] {});
  EXPECT_TRUE(queued.cancel());
  gate.set();
  pool.shutdown();
}

// ---- the pool's end

TEST(PoolOptions, ShutdownWaitsForAllAttempts) {
  base::Atomic<int> calls{0};
  Future<int> future;
  {
    ThreadPoolExecutor pool{2};
    future = pool.with({.retries = 3, .backoff = 5ms}).submit([&] {
      if (++calls < 4) throw std::runtime_error{"again"};
      return calls.load();
    });
  }
  ASSERT_TRUE(future.done());
  EXPECT_EQ(future.result(), 4);
}

TEST(PoolOptions, ShutdownThatCancelsCancelsWhatWaitsForAnotherAttempt) {
  ThreadPoolExecutor pool{1};
  int calls = 0;
  const auto witness = std::make_shared<int>(1);
  const auto future = pool.with({.retries = 3, .backoff = 1h}).submit([&calls, witness] {
    ++calls;
    throw std::out_of_range{"again"};
  });
  pool.submit([] {}).result();  // so the attempt is over
  pool.shutdown(true, true);
  ASSERT_TRUE(future.done()) << "and nobody waits for the pause's end";
  EXPECT_TRUE(future.cancelled());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(witness.use_count(), 1) << "the arguments went";
}

// Without a pause the next attempt waits in the queue, here behind one that does not listen.
TEST(PoolOptions, ShutdownThatCancelsCancelsWhatIsQueuedForAnotherAttempt) {
  const std::size_t parked = sync::LocalFutex::parked();
  ThreadPoolExecutor pool{1};
  Event stopped, gate;
  int calls = 0;
  const auto future = pool.with({.timeout = 1ms, .retries = 3}).submit([&](const std::stop_token& stop) {
    ++calls;
    const std::stop_callback tell{stop, [&] { stopped.set(); }};
    gate.wait();
  });
  ASSERT_TRUE(stopped.wait(60s));
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 2; })) << "the worker, and who keeps the time";
  pool.shutdown(false, true);
  EXPECT_TRUE(future.cancelled());
  gate.set();
  pool.shutdown();
  EXPECT_EQ(calls, 1);
}

// What runs then is not disturbed, and what it comes to is its result.
TEST(PoolOptions, ShutdownThatCancelsLetsTheLastAttemptEnd) {
  ThreadPoolExecutor pool{1};
  Event begun, gate;
  const auto future = pool.with({.retries = 3}).submit([&] {
    begun.set();
    gate.wait();
    throw std::out_of_range{"the last"};
  });
  ASSERT_TRUE(begun.wait(60s));
  pool.shutdown(false, true);
  gate.set();
  EXPECT_THROW(future.result(), std::out_of_range);
}

TEST(PoolOptions, ShutdownThatCancelsEndsThePauseOfAWorkerThatRunsItForItself) {
  const std::size_t parked = sync::LocalFutex::parked();
  ThreadPoolExecutor pool{1};
  int calls = 0;
  const auto outer = pool.submit([&] {
    const auto inner = pool.with({.retries = 3, .backoff = 1h}).submit([&] {
      ++calls;
      throw std::out_of_range{"again"};
    });
    inner.wait();
    return inner.cancelled();
  });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 2; })) << "the worker, and who keeps the time";
  pool.shutdown(true, true);
  EXPECT_TRUE(outer.result());
  EXPECT_EQ(calls, 1);
}

TEST(PoolOptions, ABrokenPoolFailsWhatWaitsForAnotherAttempt) {
  const std::size_t parked = sync::LocalFutex::parked();
  base::Atomic<int> workers{0};
  Event begun, gate;
  ThreadPoolExecutor pool{2, [&] {
                            if (++workers == 2) throw std::runtime_error{"no second worker"};
                          }};
  const auto future = pool.with({.retries = 3, .backoff = 1h}).submit([] { throw std::out_of_range{"again"}; });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 2; })) << "the worker, and who keeps the time";
  const auto busy = pool.submit([&] {
    begun.set();
    gate.wait();
  });
  ASSERT_TRUE(begun.wait(60s));
  EXPECT_THROW(pool.submit([] {}).result(), BrokenThreadPool) << "it takes a second worker";
  EXPECT_THROW(future.result(), BrokenThreadPool);
  gate.set();
}

TEST(PoolOptions, ADestroyedPoolForgetsTheTimesOfWhatIsDone) {
  for (int round = 0; round < 50; ++round) {
    ThreadPoolExecutor pool{2};
    for (int i = 0; i < 10; ++i) pool.with({.timeout = 1h}).submit([] {});
  }
}

// ---- priority

TEST(PoolOptions, HigherPriorityIsFirstAndEqualOnesInTheirOrder) {
  ThreadPoolExecutor pool{1};
  Event begun, gate;
  const auto busy = pool.submit([&] {
    begun.set();
    gate.wait();
  });
  ASSERT_TRUE(begun.wait(60s));
  std::vector<std::pair<int, int>> order;
  for (int number = 0; number < 3; ++number) {
    for (const int priority : {0, -1, 5, 1, -7}) {
      pool.with({.priority = priority}).submit([&order, priority, number] { order.emplace_back(priority, number); });
    }
  }
  gate.set();
  pool.shutdown();
  std::vector<std::pair<int, int>> expected;
  for (const int priority : {5, 1, 0, -1, -7}) {
    for (int number = 0; number < 3; ++number) expected.emplace_back(priority, number);
  }
  EXPECT_EQ(order, expected);
}

TEST(PoolOptions, PriorityHoldsForWhatAWorkerSubmits) {
  ThreadPoolExecutor pool{1};
  std::vector<int> order;
  const auto outer = pool.submit([&] {
    for (const int priority : {0, -1, 1})
      pool.with({.priority = priority}).submit([&order, priority] { order.push_back(priority); });
  });
  outer.result();
  pool.shutdown();
  EXPECT_EQ(order, (std::vector{1, 0, -1}));
}

// ---- misuse

TEST(PoolOptions, WhatCannotBeIsRefused) {
  ThreadPoolExecutor pool{1};
  EXPECT_THROW(pool.with({.memory_limit = 1}).submit([] {}), std::invalid_argument);
  EXPECT_THROW(pool.with({.retries = -1}).submit([] {}), std::invalid_argument);
  EXPECT_THROW(pool.with({.backoff = -1ms}).submit([] {}), std::invalid_argument);
  pool.shutdown();
  EXPECT_THROW(pool.with({.timeout = 1s}).submit([] {}), std::logic_error);
}

}  // namespace
}  // namespace tandem::futures
