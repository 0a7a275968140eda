#include <optional>
#include <string>
#include <utility>

#include "tandem/futures/awaitable.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/futures/wait_set.hpp"
#include "tests/futures/coroutines.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using futures::CancelledError;
using futures::Future;
using futures::FutureCore;
using futures::InvalidStateError;
using futures::WaitSet;

// Exactly one of the two: the work begins, or the future is cancelled.
TEST(FutureModels, CancelAndBeginMeet) {
  explore("cancel and begin", {.preemptions = 4}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    auto& begun = m.make<bool>(false);
    auto& cancelled = m.make<bool>(false);
    m.thread("worker", [&] {
      begun = future.set_running_or_notify_cancel();
      if (begun) future.set_result(1);
    });
    m.thread("cancels", [&] { cancelled = future.cancel(); });
    m.thread("waits", [&] {
      try {
        EXPECT_EQ(future.result(), 1);
      } catch (const CancelledError&) {
        EXPECT_TRUE(future.cancelled());
      }
    });
    m.finally([&] {
      EXPECT_NE(begun, cancelled);
      EXPECT_EQ(future.cancelled(), cancelled);
    });
  });
}

TEST(FutureModels, OneOfTwoResultsIsRefused) {
  explore("two results", {.preemptions = 5}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    auto& refused = m.make<base::Atomic<int>>(0);
    for (const int result : {1, 2}) {
      m.thread(result == 1 ? "a" : "b", [&, result] {
        try {
          future.set_result(result);
        } catch (const InvalidStateError&) {
          refused.fetch_add(result);
        }
      });
    }
    m.finally([&] { EXPECT_EQ(future.result() + refused.load(), 3); });
  });
}

TEST(FutureModels, ResultAndTimeOutMeet) {
  explore("result and time-out", {.preemptions = 4}, [](Model& m) {
    auto& future = m.make<Future<std::string>>();
    m.thread("hurried", [&] {
      const Stopwatch watch;
      try {
        EXPECT_EQ(future.result(5ms), "done");
      } catch (const TimeoutError&) {
        EXPECT_GE(watch.passed(), 5ms);
      }
    });
    m.thread("patient", [&] { EXPECT_EQ(future.result(), "done"); });
    m.thread("worker", [&] { future.set_result("done"); });
  });
}

TEST(FutureModels, ResultAndCtrlCMeet) {
  explore("result and Ctrl-C", {.preemptions = 3}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    m.interrupted_thread("main", [&] { EXPECT_NE(ending_of([&] { return future.result() == 1; }), Ending::no); });
    m.thread("patient", [&] { EXPECT_EQ(future.result(), 1); });
    m.thread("worker", [&] { future.set_result(1); });
  });
}

// Whenever it is added, a callback is called once, when the result is there.
TEST(FutureModels, CallbacksAreCalledOnce) {
  explore("callbacks", {.preemptions = 4}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    auto& calls = m.make<base::Atomic<int>>(0);
    for (const int weight : {1, 10}) {
      m.thread(weight == 1 ? "a" : "b", [&, weight] {
        future.add_done_callback([&calls, weight](Future<int>& done) {
          EXPECT_TRUE(done.done());
          calls.fetch_add(weight);
        });
      });
    }
    m.thread("worker", [&] { future.set_result(1); });
    m.finally([&] { EXPECT_EQ(calls.load(), 11); });
  });
}

TEST(FutureModels, CallbacksAreCalledOnceWhenCancelled) {
  explore("a callback, cancel and a result", {.preemptions = 4}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    auto& calls = m.make<base::Atomic<int>>(0);
    m.thread("adds", [&] { future.add_done_callback([&calls](Future<int>&) { calls.fetch_add(1); }); });
    m.thread("cancels", [&] { future.cancel(); });
    m.thread("worker", [&] {
      if (future.core().try_begin()) future.set_result(1);
    });
    m.finally([&] {
      EXPECT_TRUE(future.done());
      EXPECT_EQ(calls.load(), 1);
    });
  });
}

test::Detached add_to(base::Atomic<int>& sum, Future<int> future, int weight) {
  int result = 0;
  try {
    result = co_await future;
  } catch (const CancelledError&) {
    result = 100;
  }
  sum.fetch_add(result * weight);
}

// Whenever a coroutine comes to await it, it goes on once, and the future is gone with the last of those who have handles of it.
TEST(FutureModels, CoroutinesGoOnOnce) {
  explore("coroutines", {.preemptions = 3}, [](Model& m) {
    auto& future = m.make<std::optional<Future<int>>>(std::in_place);
    auto& sum = m.make<base::Atomic<int>>(0);
    for (const int weight : {1, 10}) {
      m.thread(weight == 1 ? "a" : "b", [&, weight, handle = *future]() mutable { add_to(sum, std::move(handle), weight); });
    }
    m.thread("worker", [handle = *future]() mutable { Future<int>{std::move(handle)}.set_result(1); });
    future.reset();
    m.finally([&] { EXPECT_EQ(sum.load(), 11); });
  });
}

TEST(FutureModels, CoroutinesGoOnOnceWhenCancelled) {
  explore("coroutines and cancel", {.preemptions = 3}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    auto& sum = m.make<base::Atomic<int>>(0);
    m.thread("awaits", [&] { add_to(sum, future, 1); });
    m.thread("cancels", [&] { future.cancel(); });
    m.thread("worker", [&] {
      if (future.set_running_or_notify_cancel()) future.set_result(1);
    });
    m.finally([&] { EXPECT_EQ(sum.load(), future.cancelled() ? 100 : 1); });
  });
}

TEST(FutureModels, AWaitSetTellsEachFutureOnce) {
  explore("a wait set", {.preemptions = 2}, [](Model& m) {
    auto& first = m.make<Future<int>>();
    auto& second = m.make<Future<int>>();
    m.thread("waits", [&] {
      WaitSet set{{&first.core(), &second.core()}};
      const auto one = set.next(Deadline::never());
      const auto other = set.next(Deadline::never());
      EXPECT_TRUE(one && other && *one + *other == 1U) << "each once";
      EXPECT_FALSE(set.next(Deadline::never()));
      EXPECT_TRUE(first.done() && second.done());
    });
    m.thread("a", [&] { first.set_result(1); });
    m.thread("b", [&] { second.cancel(); });
  });
}

// A set that gives up and is gone is told nothing any more.
TEST(FutureModels, AWaitSetMayGoWhileItsFutureEnds) {
  explore("a wait set gives up", {.preemptions = 4}, [](Model& m) {
    auto& future = m.make<Future<int>>();
    m.thread("waits", [&] {
      WaitSet set{{&future.core()}};
      const Stopwatch watch;
      EXPECT_TRUE(set.next(5ms) || watch.passed() >= 5ms);
    });
    m.thread("worker", [&] { future.set_result(1); });
  });
}

}  // namespace
}  // namespace tandem::interleaving
