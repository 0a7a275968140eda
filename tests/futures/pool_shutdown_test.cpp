// How a ThreadPoolExecutor ends.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using sync::Event;
using test::eventually;
using threading::Thread;

/// A pool of one thread, which is busy until the gate opens, with ten tasks behind it.
struct BusyPool {
  BusyPool() {
    blocker = pool.submit([this] {
      begun.set();
      gate.wait();
    });
    EXPECT_TRUE(begun.wait(20s));
    EXPECT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; })) << "the worker waits for the gate";
    for (int i = 0; i < 10; ++i) queued.push_back(pool.submit([this] { ++ran; }));
  }
  ~BusyPool() { gate.set(); }
  int cancelled() const {
    int n = 0;
    for (const auto& future : queued) n += future.cancelled() ? 1 : 0;
    return n;
  }

  const std::size_t parked = sync::LocalFutex::parked();
  Event begun, gate;
  base::Atomic<int> ran{0};
  Future<void> blocker;
  std::vector<Future<void>> queued;
  ThreadPoolExecutor pool{1};
};

TEST(PoolShutdown, TakesNoMoreWork) {
  ThreadPoolExecutor pool{2};
  pool.submit([] {}).result();
  pool.shutdown();
  EXPECT_THROW(pool.submit([] {}), std::logic_error);
  EXPECT_THROW(pool.submit([] {}), std::logic_error) << "again";
}

TEST(PoolShutdown, OfAPoolThatNeverRanTakesNoMoreWork) {
  ThreadPoolExecutor pool{2};
  pool.shutdown();
  EXPECT_THROW(pool.submit([] {}), std::logic_error);
}

TEST(PoolShutdown, WaitsForAllThatWasSubmitted) {
  base::Atomic<int> ran{0};
  ThreadPoolExecutor pool{2};
  for (int i = 0; i < 500; ++i) pool.submit([&] { ++ran; });
  pool.shutdown();
  EXPECT_EQ(ran.load(), 500);
}

TEST(PoolShutdown, DestructorWaitsToo) {
  base::Atomic<int> ran{0};
  {
    ThreadPoolExecutor pool{2};
    for (int i = 0; i < 500; ++i) pool.submit([&] { ++ran; });
  }
  EXPECT_EQ(ran.load(), 500);
}

TEST(PoolShutdown, MayBeSaidAgainAndByMany) {
  BusyPool busy;
  const std::size_t parked = sync::LocalFutex::parked();
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) threads.push_back(Thread::started([&] { busy.pool.shutdown(); }));
  // One of them waits for the worker in the system's own way, the others for that one.
  EXPECT_TRUE(eventually([&] { return sync::LocalFutex::parked() >= parked + 3; })) << "they wait for the worker";
  busy.gate.set();
  for (Thread& thread : threads) EXPECT_TRUE(thread.join(20s));
  EXPECT_EQ(busy.ran.load(), 10);
  busy.pool.shutdown();
}

TEST(PoolShutdown, WithoutWaitReturnsAtOnceAndTheRestIsDone) {
  BusyPool busy;
  busy.pool.shutdown(false);
  EXPECT_FALSE(busy.blocker.done());
  EXPECT_THROW(busy.pool.submit([] {}), std::logic_error);
  busy.gate.set();
  EXPECT_EQ(wait(busy.queued, 20s).done.size(), 10U);
  EXPECT_EQ(busy.ran.load(), 10);
}

TEST(PoolShutdown, CancelFuturesCancelsWhatHasNotBegun) {
  BusyPool busy;
  int told = 0;
  for (auto& future : busy.queued) future.add_done_callback([&](auto& done) { told += done.cancelled() ? 1 : 0; });
  busy.pool.shutdown(false, true);
  EXPECT_EQ(busy.cancelled(), 10);
  EXPECT_EQ(told, 10);
  EXPECT_FALSE(busy.blocker.done());
  busy.gate.set();
  EXPECT_NO_THROW(busy.blocker.result()) << "what runs is not disturbed";
  busy.pool.shutdown();
  EXPECT_EQ(busy.ran.load(), 0);
}

TEST(PoolShutdown, CancelFuturesMayComeSecond) {
  BusyPool busy;
  busy.pool.shutdown(false);
  busy.pool.shutdown(false, true);
  EXPECT_EQ(busy.cancelled(), 10);
}

TEST(PoolShutdown, CancelFuturesReleasesThoseWhoWait) {
  BusyPool busy;
  const std::size_t parked = sync::LocalFutex::parked();
  const Thread waiter = Thread::started([&] { EXPECT_THROW(busy.queued[5].result(), CancelledError); });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; }));
  busy.pool.shutdown(false, true);
}

TEST(PoolShutdown, ByAWorkerThatWouldWaitForItselfIsRefused) {
  ThreadPoolExecutor pool{2};
  EXPECT_THROW(pool.submit([&] { pool.shutdown(); }).result(), std::logic_error);
  EXPECT_EQ(pool.submit([] { return 1; }).result(), 1) << "a refused shutdown changes nothing";
}

TEST(PoolShutdown, ByAWorkerThatDoesNotWait) {
  ThreadPoolExecutor pool{1};
  const auto inside = pool.submit([&] {
    pool.shutdown(false);
    EXPECT_THROW(pool.submit([] {}), std::logic_error);
    return 1;
  });
  EXPECT_EQ(inside.result(), 1);
  EXPECT_THROW(pool.submit([] {}), std::logic_error);
}

TEST(PoolShutdown, ByAWorkerOfAnotherPool) {
  BusyPool busy;
  ThreadPoolExecutor other{1};
  busy.gate.set();
  other.submit([&] { busy.pool.shutdown(); }).result();
  EXPECT_EQ(busy.ran.load(), 10);
}

// Work that submits more work while the pool ends is told so, inside that work.
TEST(PoolShutdown, WorkThatSubmitsWhileThePoolEndsIsRefused) {
  ThreadPoolExecutor pool{1};
  Event begun, gate;
  const auto outer = pool.submit([&] {
    begun.set();
    gate.wait();
    return pool.submit([] { return 1; }).result();
  });
  ASSERT_TRUE(begun.wait(20s));
  pool.shutdown(false);
  gate.set();
  EXPECT_THROW(outer.result(), std::logic_error);
}

TEST(PoolShutdown, WaitingForQueuedWorkGoesOnInsideAWorker) {
  ThreadPoolExecutor pool{1};
  Event submitted, gate;
  const auto outer = pool.submit([&] {
    const auto inner = pool.submit([] { return 1; });
    submitted.set();
    gate.wait();
    return inner.result();
  });
  ASSERT_TRUE(submitted.wait(20s));
  pool.shutdown(false);
  gate.set();
  EXPECT_EQ(outer.result(), 1);
}

TEST(PoolShutdown, AFutureOutlivesItsPool) {
  Future<std::unique_ptr<int>> future;
  {
    ThreadPoolExecutor pool{1};
    future = pool.submit([] { return std::make_unique<int>(42); });
  }
  EXPECT_EQ(*std::move(future).result(), 42);
}

TEST(PoolShutdown, MayBeDestroyedByOneOfItsWorkers) {
  for (const int workers : {1, 3}) {
    base::Atomic<int> ran{0};
    auto pool = std::make_unique<ThreadPoolExecutor>(workers);
    ThreadPoolExecutor& bare = *pool;
    Event gate;
    const auto last = bare.submit([&, owned = std::move(pool)]() mutable {
      gate.wait();
      owned.reset();
      return ran.load();
    });
    for (int i = 0; i < 20; ++i) bare.submit([&] { ++ran; });
    gate.set();
    EXPECT_EQ(last.result(), 20) << "the destructor has waited for all that was submitted";
  }
}

TEST(PoolShutdown, RacesWithSubmittersWithoutLosingATask) {
  for (int round = 0; round < 100; ++round) {
    base::Atomic<int> ran{0};
    base::Atomic<int> accepted{0};
    {
      ThreadPoolExecutor pool{2};
      std::vector<Thread> submitters;
      for (int t = 0; t < 2; ++t) {
        submitters.push_back(Thread::started([&] {
          try {
            for (;;) {
              pool.submit([&] { ++ran; });
              ++accepted;
            }
          } catch (const std::logic_error&) {  // the pool has ended
          }
        }));
      }
      while (accepted.load() < 20) std::this_thread::yield();
      pool.shutdown();
    }
    ASSERT_EQ(ran.load(), accepted.load());
  }
}

// It may stand in a queue for long, while its arguments refer to what the caller ends next.
TEST(PoolShutdown, ACancelledTaskLetsGoOfItsArguments) {
  BusyPool busy;
  const auto argument = std::make_shared<int>(7);
  auto plain = busy.pool.submit([argument] { return *argument; });
  auto optioned = busy.pool.with({.retries = 1}).submit([argument] { return *argument; });
  EXPECT_EQ(argument.use_count(), 3);
  EXPECT_TRUE(plain.cancel());
  EXPECT_TRUE(optioned.cancel());
  EXPECT_EQ(argument.use_count(), 1);
}

}  // namespace
}  // namespace tandem::futures
