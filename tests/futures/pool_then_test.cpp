// What then() makes is waited for as the task is that it follows: a worker runs that itself, or lets another into its place.

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using sync::Event;

int twice(int n) { return 2 * n; }

enum class Way { result, result_in_time, until_stopped, wait_for_all, first_completed, as_completed_of_one };

class PoolThen : public testing::TestWithParam<Way> {
 protected:
  static int await(const Future<int>& future) {
    const std::vector alone{future};
    switch (GetParam()) {
      case Way::result:
        return future.result();
      case Way::result_in_time:
        return future.result(60s);
      case Way::until_stopped:
        EXPECT_TRUE(future.wait(std::stop_token{}, 60s));
        break;
      case Way::wait_for_all:
        EXPECT_EQ(wait(alone, 60s).done.size(), 1U);
        break;
      case Way::first_completed:
        EXPECT_EQ(wait(alone, FIRST_COMPLETED).done.size(), 1U);
        break;
      case Way::as_completed_of_one:
        for (auto& done : as_completed(alone)) return done.result();
    }
    return future.result(Deadline::passed());
  }
};

TEST_P(PoolThen, IsAwaitedByTheOnlyWorker) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] { return await(pool.submit([] { return 21; }).then(twice)); });
  EXPECT_EQ(outer.result(), 42);
}

TEST_P(PoolThen, IsAwaitedAtTheEndOfAChain) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    auto last = pool.submit([] { return 1; }).then(twice);
    for (int i = 0; i < 9; ++i) last = last.then(twice);
    return await(last);
  });
  EXPECT_EQ(outer.result(), 1024);
}

TEST_P(PoolThen, IsAwaitedByAllWorkersAtATime) {
  ThreadPoolExecutor pool{3};
  std::vector<Future<int>> outer;
  for (int i = 0; i < 3; ++i) {
    outer.push_back(pool.submit([&, i] { return await(pool.submit([i] { return i; }).then(twice)); }));
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outer[static_cast<std::size_t>(i)].result(), 2 * i);
}

TEST_P(PoolThen, IsAwaitedForATaskWithOptions) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] { return await(pool.with({.retries = 1}).submit([] { return 21; }).then(twice)); });
  EXPECT_EQ(outer.result(), 42);
}

// Both workers are taken: one runs what the other waits for. What that one waits for is queued, and needs a third.
TEST_P(PoolThen, LetsASpareWorkerIn) {
  ThreadPoolExecutor pool{2};
  Event begun, gate;
  auto running = pool.submit([&] {
    begun.set();
    return gate.wait(60s) ? 1 : 0;
  });
  ASSERT_TRUE(begun.wait(60s));
  const auto after = running.then(twice);
  const auto waiting = pool.submit([&] { return await(after); });
  pool.submit([&] { gate.set(); }).result();
  EXPECT_EQ(waiting.result(), 2);
}

INSTANTIATE_TEST_SUITE_P(Ways, PoolThen,
                         testing::Values(Way::result, Way::result_in_time, Way::until_stopped, Way::wait_for_all,
                                         Way::first_completed, Way::as_completed_of_one));

TEST(PoolThenNested, AHundredDeepOnOneThread) {
  ThreadPoolExecutor pool{1};
  const std::function<int(int)> dive = [&](int depth) -> int {
    return depth == 0 ? 0 : pool.submit(dive, depth - 1).then([](int n) { return n + 1; }).result();
  };
  EXPECT_EQ(pool.submit(dive, 100).result(), 100);
}

TEST(PoolThenNested, RunsOnTheWaitingThread) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    const auto inner = pool.submit(&threading::get_ident).then([](sync::ActorId task) {
      return std::pair{task, threading::get_ident()};
    });
    return inner.result() == std::pair{threading::get_ident(), threading::get_ident()};
  });
  EXPECT_TRUE(outer.result());
}

// What the function of then() waits for is waited for by a worker, too.
TEST(PoolThenNested, TheFunctionMayWaitForMore) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    const auto sum = pool.submit([] { return 1; }).then([&](int n) { return n + pool.submit(twice, n).then(twice).result(); });
    return sum.result();
  });
  EXPECT_EQ(outer.result(), 5);
}

TEST(PoolThenNested, PassesErrorsOn) {
  ThreadPoolExecutor pool{1};
  const auto outer =
      pool.submit([&] { return pool.submit([]() -> int { throw std::out_of_range{"x"}; }).then(twice).then(twice).result(); });
  EXPECT_THROW(outer.result(), std::out_of_range);
}

// The future of then() has no hold on what it follows: neither does it keep an unkept promise alive, nor mind when that is gone.
TEST(PoolThenNested, AFutureThatNobodyKeepsGoes) {
  const auto witness = std::make_shared<int>(1);
  {
    Future<int> promise;
    const auto after = promise.then([witness](int n) { return n; });
    EXPECT_EQ(witness.use_count(), 2);
    promise = Future<int>{};
    EXPECT_EQ(witness.use_count(), 1);
    EXPECT_FALSE(after.wait(1ms));
  }
  EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace tandem::futures
