// Ctrl-C ends what the main thread waits for in threading, queue and futures; nothing of it is lost or half done afterwards.

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/sync/interrupt_support.hpp"

namespace tandem {
namespace {

using namespace std::chrono_literals;
using futures::Future;
using futures::ThreadPoolExecutor;
using queue::Queue;
using sync::Event;
using threading::Thread;

struct InterruptedWaits : test::InterruptTest {};

struct SetWhenUnwound {
  ~SetWhenUnwound() { event.set(); }
  Event& event;
};

TEST_F(InterruptedWaits, ThreadJoin) {
  Event over;
  Thread thread = Thread::started([&] { over.wait(); });
  expect_interrupted([&] { return thread.join(); }, 1);
  expect_thrown_at_once([&] { return thread.join(20s); });
  EXPECT_TRUE(thread.is_alive());
  over.set();
  EXPECT_TRUE(thread.join());
}

TEST_F(InterruptedWaits, ThreadsDestructorJoinsAllTheSame) {
  Event over;
  bool ended = false;
  const auto unwound = [&] {
    const Thread thread = Thread::started([&] {
      over.wait();
      ended = true;
    });
    press();
    const SetWhenUnwound first{over};
    Event{}.wait();
  };
  EXPECT_THROW(unwound(), KeyboardInterrupt);
  EXPECT_TRUE(ended);
}

TEST_F(InterruptedWaits, QueueGetAndPut) {
  Queue<std::unique_ptr<int>> queue{1};
  expect_interrupted([&] { return queue.get(); });
  expect_interrupted([&] { return queue.try_get(20s); });
  expect_interrupted([&] { queue.begin(); });
  queue.put(std::make_unique<int>(1));
  auto second = std::make_unique<int>(2);
  expect_interrupted([&] { return queue.try_put(std::move(second), Deadline::never()); });
  EXPECT_NE(second, nullptr) << "what did not go in was not moved from";
  expect_interrupted([&] { queue.put(std::make_unique<int>(3)); });
  expect_interrupted([&] { return queue.join(); });
  EXPECT_EQ(queue.qsize(), 1U);
  press();
  EXPECT_EQ(*queue.get(), 1) << "nothing to wait for";
  EXPECT_EQ(queue.try_get(), std::nullopt) << "only tried";
  EXPECT_THROW(queue.get_nowait(), queue::Empty);
  EXPECT_TRUE(taken());
  queue.put(std::move(second));
  EXPECT_EQ(*queue.get(), 2) << "as good as new";
}

TEST_F(InterruptedWaits, FutureResultAndItsLike) {
  Future<int> future;
  expect_interrupted([&] { return future.result(); });
  expect_interrupted([&] { return future.exception(20s); });
  expect_interrupted([&] { return future.wait(); });
  expect_interrupted([&] { return futures::wait(std::vector{future, Future<int>{}}); });
  expect_interrupted([&] { return futures::as_completed(std::vector{future}).begin(); });
  future.set_result(7);
  press();
  EXPECT_EQ(future.result(), 7);
  EXPECT_EQ(futures::wait(std::vector{future}).done.size(), 1U);
  EXPECT_TRUE(taken());
}

TEST_F(InterruptedWaits, ADoneCallbackKeepsTheInterruptForLater) {
  Future<int> future;
  Event never;
  bool waited = false;
  future.add_done_callback([&](auto&) {
    EXPECT_FALSE(never.wait(2ms));
    waited = true;
  });
  press();
  EXPECT_TRUE(future.cancel());
  EXPECT_TRUE(waited) << "thrown inside of it, the interrupt would have been reported and lost";
  EXPECT_TRUE(taken());
}

TEST_F(InterruptedWaits, APoolThatIsUnwoundCancelsWhatHasNotBegun) {
  Event begun;
  Event over;
  base::Atomic<int> ran{0};
  std::vector<Future<void>> futures;
  const auto unwound = [&] {
    ThreadPoolExecutor pool{1};
    for (int i = 0; i < 100; ++i) {
      futures.push_back(pool.submit([&] {
        ++ran;
        begun.set();
        over.wait();
      }));
    }
    begun.wait();
    // What runs ends only when the last one is cancelled: with a pool that ran them all, this would stand still.
    futures.back().add_done_callback([&](auto&) { over.set(); });
    expect_interrupted([&] { pool.shutdown(); }, 1);
    press();
    futures.back().result();
  };
  EXPECT_THROW(unwound(), KeyboardInterrupt);
  EXPECT_EQ(ran.load(), 1);
  EXPECT_TRUE(futures.front().done() && !futures.front().cancelled()) << "what ran was waited for";
  EXPECT_TRUE(futures.back().cancelled());
}

TEST_F(InterruptedWaits, APoolThatEndsAsUsualRunsEverything) {
  base::Atomic<int> ran{0};
  press();
  {
    ThreadPoolExecutor pool{1};
    for (int i = 0; i < 100; ++i) pool.submit([&] { ++ran; });
  }
  EXPECT_EQ(ran.load(), 100);
  EXPECT_TRUE(taken());
}

TEST_F(InterruptedWaits, AMapGoesOnWhereItWas) {
  Event over;
  ThreadPoolExecutor pool{2};
  auto results = pool.map(
      [&](int n) {
        over.wait();
        return n;
      },
      std::vector{1, 2, 3});
  expect_interrupted([&] { return results.begin(); }, 2);
  over.set();
  std::vector<int> all;
  for (const int n : results) all.push_back(n);
  EXPECT_EQ(all, (std::vector{1, 2, 3}));
}

struct InterruptedWaitsRace : test::InterruptRace {};

TEST_F(InterruptedWaitsRace, QueueGet) {
  Queue<int> queue;
  race({.prepare = [] {}, .wake = [&] { queue.put(1); }, .wait = [&] { return queue.get(20s) == 1; }}, 10'000);
  EXPECT_TRUE(queue.empty());
}

TEST_F(InterruptedWaitsRace, QueuePut) {
  Queue<int> queue{1};
  race({.prepare = [&] { queue.try_put(1); }, .wake = [&] { queue.get(); }, .wait = [&] { return queue.try_put(1, 20s); }}, 10'000);
  EXPECT_EQ(queue.qsize(), 1U);
}

TEST_F(InterruptedWaitsRace, FutureResult) {
  std::optional<Future<int>> future;
  race({.prepare = [&] { future.emplace(); },
        .wake = [&] { future->set_result(1); },
        .wait = [&] { return future->result(20s) == 1; }},
       10'000);
}

TEST_F(InterruptedWaitsRace, WaitForOneOfSeveral) {
  std::vector<Future<int>> both;
  race({.prepare = [&] { both = std::vector<Future<int>>(2); },
        .wake = [&] { both[1].set_result(1); },
        .wait = [&] { return futures::wait(both, 20s, futures::FIRST_COMPLETED).done.size() == 1; }},
       10'000);
}

TEST_F(InterruptedWaitsRace, ThreadJoin) {
  std::optional<Event> over;
  std::optional<Thread> thread;
  race({.prepare =
            [&] {
              over.emplace();
              thread.emplace(Thread::started([&] { over->wait(); }));
            },
        .wake = [&] { over->set(); },
        .wait = [&] { return thread->join(20s); }},
       500);
}

}  // namespace
}  // namespace tandem
