// PAINS 13: work that submits more work to its own pool and waits for it. Each wait is in a pool whose workers all wait.

#include <chrono>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;

int nested(ThreadPoolExecutor& pool, int depth) {
  if (depth == 0) return 0;
  return 1 + pool.submit(nested, std::ref(pool), depth - 1).result();
}

TEST(PoolNested, SubmitAndWaitAHundredDeepOnOneThread) {
  ThreadPoolExecutor pool{1};
  EXPECT_EQ(pool.submit(nested, std::ref(pool), 100).result(), 100);
}

TEST(PoolNested, SubmitAndWaitAHundredDeepOnThree) {
  ThreadPoolExecutor pool{3};
  std::vector<Future<int>> futures;
  for (int i = 0; i < 10; ++i) futures.push_back(pool.submit(nested, std::ref(pool), 100));
  for (auto& future : futures) EXPECT_EQ(future.result(), 100);
}

int fibonacci(ThreadPoolExecutor& pool, int n) {
  if (n < 2) return n;
  const auto left = pool.submit(fibonacci, std::ref(pool), n - 1);
  const auto right = pool.submit(fibonacci, std::ref(pool), n - 2);
  return left.result() + right.result();
}

TEST(PoolNested, ForksAndJoins) {
  for (const int workers : {1, 2, 4}) {
    ThreadPoolExecutor pool{workers};
    EXPECT_EQ(pool.submit(fibonacci, std::ref(pool), 15).result(), 610) << workers << " workers";
  }
}

TEST(PoolNested, ExceptionComesThroughAllLevels) {
  ThreadPoolExecutor pool{1};
  const std::function<int(int)> dive = [&](int depth) -> int {
    if (depth == 0) throw std::out_of_range{"the bottom"};
    return pool.submit(dive, depth - 1).result();
  };
  EXPECT_THROW(pool.submit(dive, 20).result(), std::out_of_range);
}

TEST(PoolNested, EachWayToWaitHelps) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    pool.submit([] { return 1; }).result();
    EXPECT_TRUE(pool.submit([] { return 1; }).wait());
    EXPECT_EQ(pool.submit([] { return 1; }).exception(), nullptr);
    return pool.submit([] {}).done();
  });
  outer.wait();
  EXPECT_NO_THROW(outer.result());
}

TEST(PoolNested, WaitInsideAWorker) {
  ThreadPoolExecutor pool{1};
  for (const ReturnWhen until : {ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION}) {
    const auto done = pool.submit([&] {
      std::vector<Future<int>> futures;
      for (int i = 0; i < 10; ++i) futures.push_back(pool.submit([i] { return i; }));
      return wait(futures, Deadline::never(), until).done.size();
    });
    EXPECT_GE(done.result(), until == FIRST_COMPLETED ? 1U : 10U);
  }
}

TEST(PoolNested, FirstExceptionInsideAWorker) {
  ThreadPoolExecutor pool{1};
  const auto outcome = pool.submit([&] {
    std::vector<Future<int>> futures;
    for (int i = 0; i < 10; ++i) {
      futures.push_back(pool.submit([i] {
        if (i == 4) throw std::runtime_error{"x"};
        return i;
      }));
    }
    return wait(futures, FIRST_EXCEPTION).not_done.size();
  });
  EXPECT_EQ(outcome.result(), 5U) << "those behind the failed one have not begun: only this thread could have";
}

TEST(PoolNested, AsCompletedInsideAWorker) {
  ThreadPoolExecutor pool{1};
  const auto sum = pool.submit([&] {
    std::vector<Future<int>> futures;
    for (int i = 0; i < 100; ++i) futures.push_back(pool.submit([i] { return i; }));
    int total = 0;
    for (auto& future : as_completed(futures)) total += future.result();
    return total;
  });
  EXPECT_EQ(sum.result(), 4950);
}

TEST(PoolNested, HelpingTakesWhatIsAwaitedAndNothingElse) {
  ThreadPoolExecutor pool{1};
  std::vector<int> order;
  const auto outer = pool.submit([&] {
    pool.submit([&] { order.push_back(1); });
    pool.submit([&] { order.push_back(2); });
    pool.submit([&] { order.push_back(3); }).result();
    order.push_back(0);
  });
  outer.result();
  pool.shutdown();
  EXPECT_EQ(order, (std::vector{3, 0, 1, 2}));
}

TEST(PoolNested, RunsOnTheWaitingThread) {
  ThreadPoolExecutor pool{1};
  const auto same = pool.submit([&] { return pool.submit(&threading::get_ident).result() == threading::get_ident(); });
  EXPECT_TRUE(same.result());
}

TEST(PoolNested, AThreadOfNoPoolDoesNotHelp) {
  ThreadPoolExecutor pool{1};
  sync::Event gate;
  auto blocker = pool.submit([&] { gate.wait(); });
  const auto where = pool.submit(&threading::get_ident);
  EXPECT_FALSE(where.wait(5ms));
  gate.set();
  EXPECT_NE(where.result(), threading::get_ident());
}

TEST(PoolNested, AWorkerOfAnotherPoolDoesNotHelp) {
  ThreadPoolExecutor pool{1};
  ThreadPoolExecutor other{1};
  const auto elsewhere = other.submit([&] { return pool.submit(&threading::get_ident).result() != threading::get_ident(); });
  EXPECT_TRUE(elsewhere.result());
}

// With a deadline a wait must come back in time, so it does not begin work of unknown length.
TEST(PoolNested, AWaitWithADeadlineKeepsIt) {
  ThreadPoolExecutor pool{1};
  sync::Event gate;
  const auto outer = pool.submit([&] {
    const auto inner = pool.submit([&] { return gate.wait(20s); });
    EXPECT_THROW(inner.result(20ms), TimeoutError);
    gate.set();
    return inner;
  });
  EXPECT_TRUE(outer.result().result());
}

// It runs nothing itself, or nobody could stop the wait while that runs; but another thread steps in.
TEST(PoolNested, AWaitThatCanBeStoppedIsStopped) {
  ThreadPoolExecutor pool{1};
  std::stop_source source;
  sync::Event release;
  const auto outer = pool.submit([&] {
    const auto stuck = pool.submit([&] { release.wait(); });
    source.request_stop();
    return stuck.wait(source.get_token());
  });
  EXPECT_FALSE(outer.result());
  release.set();
  EXPECT_TRUE(pool.submit([&] { return pool.submit([] {}).wait(std::stop_token{}); }).result());
}

TEST(PoolNested, CancelledWorkIsNotHelped) {
  ThreadPoolExecutor pool{1};
  bool ran = false;
  const auto outer = pool.submit([&] {
    auto inner = pool.submit([&] { ran = true; });
    EXPECT_TRUE(inner.cancel());
    EXPECT_THROW(inner.result(), CancelledError);
  });
  outer.result();
  pool.shutdown();
  EXPECT_FALSE(ran);
}

// Two workers wait for the same queued task: one runs it, the other waits for that.
TEST(PoolNested, TwoWorkersWaitForOneTask) {
  for (int round = 0; round < 200; ++round) {
    ThreadPoolExecutor pool{2};
    base::Atomic<int> runs{0};
    base::Atomic<int> inside{0};
    sync::Event gate;
    Future<int> shared;
    const auto wait_for_it = [&] {
      ++inside;
      gate.wait();
      return shared.result();
    };
    const auto first = pool.submit(wait_for_it);
    const auto second = pool.submit(wait_for_it);
    while (inside.load() < 2) std::this_thread::yield();
    shared = pool.submit([&] { return ++runs; });
    gate.set();
    ASSERT_EQ(first.result(), 1);
    ASSERT_EQ(second.result(), 1);
    ASSERT_EQ(runs.load(), 1);
  }
}

}  // namespace
}  // namespace tandem::futures
