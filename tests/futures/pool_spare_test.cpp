// What becomes of a worker's place while its task waits for another task of the same pool.

#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

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

enum class Way { result, result_in_time, wait_for_all, as_completed_of_one };

class PoolSpare : public testing::TestWithParam<Way> {
 protected:
  static void wait_for(const Future<void>& future) {
    switch (GetParam()) {
      case Way::result:
        return future.result();
      case Way::result_in_time:
        return future.result(60s);
      case Way::wait_for_all:
        EXPECT_EQ(wait(std::vector{future}).done.size(), 1U);
        return;
      case Way::as_completed_of_one:
        for (auto& done : as_completed(std::vector{future})) done.result();
    }
  }
};

// Both workers are taken: one runs what the other waits for. What that one waits for is queued, and needs a third.
TEST_P(PoolSpare, StepsInForAWorkerThatWaits) {
  ThreadPoolExecutor pool{2};
  Event begun, gate;
  const auto running = pool.submit([&] {
    begun.set();
    EXPECT_TRUE(gate.wait(60s));
  });
  ASSERT_TRUE(begun.wait(60s));
  const auto waiting = pool.submit([&] { wait_for(running); });
  const auto opens = pool.submit([&] { gate.set(); });
  waiting.result();
  opens.result();
}

TEST_P(PoolSpare, StepsInForWorkThatComesWhileItWaits) {
  ThreadPoolExecutor pool{2};
  Event begun, gate;
  const auto running = pool.submit([&] {
    begun.set();
    EXPECT_TRUE(gate.wait(60s));
  });
  ASSERT_TRUE(begun.wait(60s));
  const std::size_t parked = sync::LocalFutex::parked();
  const auto waiting = pool.submit([&] { wait_for(running); });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() > parked; }));
  pool.submit([&] { gate.set(); }).result();
  waiting.result();
}

INSTANTIATE_TEST_SUITE_P(Ways, PoolSpare,
                         testing::Values(Way::result, Way::result_in_time, Way::wait_for_all, Way::as_completed_of_one));

// A wait that may end before its task does not begin that task itself, but lets another worker do so.
TEST(PoolSpares, RunWhatIsAwaitedWithADeadline) {
  ThreadPoolExecutor pool{1};
  const auto outer = pool.submit([&] {
    const auto inner = pool.submit(&threading::get_ident);
    return inner.result(60s) != threading::get_ident();
  });
  EXPECT_TRUE(outer.result());
}

// However many of them wait in a row: each spare one lets the next step in, up to as many as there are workers.
TEST(PoolSpares, AreAsManyAsWorkersAtMost) {
  ThreadPoolExecutor pool{2};
  base::Atomic<int> begun{0};
  Event gate;
  std::vector<Future<void>> chain;
  chain.push_back(pool.submit([&] {
    ++begun;
    gate.wait();
  }));
  for (int i = 0; i < 10; ++i) {
    chain.push_back(pool.submit([&, last = chain.back()] {
      ++begun;
      last.wait(60s);
    }));
  }
  ASSERT_TRUE(eventually([&] { return begun.load() == 4; })) << "two workers and two in their places, all waiting";
  const auto idents = pool.submit([] {});
  EXPECT_FALSE(idents.wait(20ms)) << "no thread is left for it";
  EXPECT_EQ(begun.load(), 4);
  gate.set();
  for (const auto& link : chain) link.result();
}

// Those who come back find their places taken: one of the two then sleeps when its task is done.
TEST(PoolSpares, NoMoreThanTheWorkersTakeNewTasks) {
  ThreadPoolExecutor pool{2};
  base::Atomic<int> inside{0};
  base::Atomic<int> most{0};
  for (int round = 0; round < 50; ++round) {
    Event begun, gate;
    const auto running = pool.submit([&] {
      begun.set();
      gate.wait();
    });
    begun.wait();
    const auto waiting = pool.submit([&] { running.wait(); });
    pool.submit([&] { gate.set(); }).result();
    waiting.result();
    std::vector<Future<void>> futures;
    for (int i = 0; i < 20; ++i) {
      futures.push_back(pool.submit([&] {
        const int now = ++inside;
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        --inside;
      }));
    }
    wait(futures);
  }
  EXPECT_LE(most.load(), 2);
}

}  // namespace
}  // namespace tandem::futures
