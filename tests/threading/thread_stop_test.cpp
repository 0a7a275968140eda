// How a thread is asked to end, and what its destructor does.

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/parker.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::threading {
namespace {

/// Sleeps until stop is requested.
void until_stopped(const std::stop_token& stop) {
  Event stopped;
  const std::stop_callback wake{stop, [&] { stopped.set(); }};
  stopped.wait();
}

TEST(ThreadStop, IsRequestedOnce) {
  Thread thread = Thread::started(until_stopped);
  EXPECT_FALSE(thread.stop_token().stop_requested());
  EXPECT_TRUE(thread.request_stop());
  EXPECT_FALSE(thread.request_stop()) << "it was asked before";
  EXPECT_TRUE(thread.stop_token().stop_requested());
  EXPECT_TRUE(thread.join());
}

TEST(ThreadStop, TokenIsTheSameInsideAndOutside) {
  std::stop_token inside;
  Thread thread{[&](std::stop_token stop) { inside = std::move(stop); }};
  const std::stop_token outside = thread.stop_token();
  thread.start();
  thread.join();
  EXPECT_TRUE(inside == outside);
  thread.request_stop();
  EXPECT_TRUE(inside.stop_requested());
}

TEST(ThreadStop, MayBeRequestedBeforeTheStart) {
  bool seen = false;
  Thread thread{[&](std::stop_token stop) { seen = stop.stop_requested(); }};
  thread.request_stop();
  thread.start();
  thread.join();
  EXPECT_TRUE(seen);
}

TEST(ThreadStop, DestructorRequestsStopThenJoins) {
  bool ended = false;
  {
    const Thread thread = Thread::started([&](const std::stop_token& stop) {
      until_stopped(stop);
      ended = true;
    });
  }
  EXPECT_TRUE(ended);
}

TEST(ThreadStop, DestructorWaitsForAFunctionThatTakesNoToken) {
  bool ended = false;
  Event gate;
  Thread opener{[] {}};
  {
    const Thread thread = Thread::started([&] {
      gate.wait();
      ended = true;
    });
    opener = Thread::started([&, stop = thread.stop_token()] {
      until_stopped(stop);  // the destructor has begun
      gate.set();
    });
  }
  EXPECT_TRUE(ended);
}

TEST(ThreadStop, DestructorOfWhatNeverRanDoesNothing) {
  bool ran = false;
  {
    const Thread thread{[&] { ran = true; }};
  }
  EXPECT_FALSE(ran);
}

TEST(ThreadStop, DestructorOfWhatHasEndedIsQuick) {
  Thread thread{[] {}};
  thread.start();
  EXPECT_TRUE(test::eventually([&] { return !thread.is_alive(); }));
}

TEST(ThreadStop, AStopCallbackMayThrowNothingAndRunsInTheAsker) {
  Event ready;
  sync::ActorId called_by = 0;
  Thread thread = Thread::started([&](const std::stop_token& stop) {
    Event stopped;
    const std::stop_callback wake{stop, [&] {
                                    called_by = get_ident();
                                    stopped.set();
                                  }};
    ready.set();
    stopped.wait();
  });
  ready.wait();
  thread.request_stop();
  thread.join();
  EXPECT_EQ(called_by, get_ident());
}

TEST(ThreadStop, AVectorOfThreadsEndsTogether) {
  base::Atomic<int> ended{0};
  {
    std::vector<Thread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.push_back(Thread::started([&](const std::stop_token& stop) {
        until_stopped(stop);
        ++ended;
      }));
    }
  }
  EXPECT_EQ(ended.load(), 16);
}

TEST(ThreadStop, ATemporaryIsKeptUntilItHasEnded) {
  Event ready, gate, done;
  Thread{[&] {
    ready.set();
    gate.wait();
    done.set();
  }}.start();
  EXPECT_TRUE(ready.wait(std::chrono::seconds{20}));
  EXPECT_FALSE(done.is_set()) << "nobody has stopped or joined it";
  gate.set();
  EXPECT_TRUE(done.wait(std::chrono::seconds{20}));
}

TEST(ThreadStop, ALvalueMayBeHandedOverToo) {
  Event done;
  Thread thread{[&](const std::stop_token& stop) {
    EXPECT_FALSE(stop.stop_requested());
    done.set();
  }};
  std::move(thread).start();
  EXPECT_TRUE(done.wait(std::chrono::seconds{20}));
}

TEST(ThreadStop, AThousandTemporariesAllRun) {
  base::Atomic<int> ran{0};
  for (int i = 0; i < 1000; ++i) Thread{[&] { ++ran; }}.start();
  EXPECT_TRUE(test::eventually([&] { return ran.load() == 1000; }));
}

TEST(ThreadStop, AJoinEndsWhenTheOneWhoWaitsIsAskedToStop) {
  Event gate;
  Thread slow{[&] { gate.wait(); }};
  slow.start();
  Thread waiter{[&](std::stop_token stop) {
    EXPECT_FALSE(slow.join(stop)) << "it has not ended";
    EXPECT_FALSE(slow.join(stop, std::chrono::hours{1})) << "asked before";
  }};
  waiter.start();
  EXPECT_FALSE(slow.join(std::stop_token{}, std::chrono::milliseconds{1}));
  waiter.request_stop();
  EXPECT_TRUE(waiter.join(std::chrono::seconds{20}));
  gate.set();
  EXPECT_TRUE(slow.join(std::stop_token{}));
}

// A hub's greenlets share its thread: a join that blocked the thread itself would hold up the very greenlet that it waits for.
TEST(ThreadStop, AJoinSleepsAsItsHubDoes) {
  Event gate;
  struct Hub final : sync::Parker {
    explicit Hub(Event& opened) : gate{opened} {}
    sync::Wake park(const sync::Park&) noexcept override {
      gate.set();  // another greenlet has its turn
      std::this_thread::yield();
      return sync::Wake::notified;
    }
    Event& gate;
  } hub{gate};
  Thread thread{[&] { gate.wait(); }};
  thread.start();
  Thread waiter{[&] {
    const sync::ParkerScope scope{hub};
    EXPECT_TRUE(thread.join());
  }};
  waiter.start();
  const bool ended = waiter.join(std::chrono::seconds{20});
  EXPECT_TRUE(ended) << "it blocks the thread";
  gate.set();
}

}  // namespace
}  // namespace tandem::threading
