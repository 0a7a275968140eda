// co_await on a future.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/awaitable.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/futures/coroutines.hpp"

namespace tandem::futures {
namespace {

using sync::Event;
using test::Detached;
using test::Owned;
using test::Throwing;

/// Notes the result, or what it was instead.
Owned note(Future<int> future, std::string& seen) {
  try {
    seen = std::to_string(co_await future);
  } catch (const CancelledError&) {
    seen = "cancelled";
  } catch (const std::exception& error) {
    seen = error.what();
  }
}

TEST(FutureAwait, GivesTheResultLater) {
  Future<int> future;
  std::string seen;
  const Owned coroutine = note(future, seen);
  EXPECT_FALSE(coroutine.done());
  EXPECT_EQ(seen, "");
  future.set_result(42);
  EXPECT_TRUE(coroutine.done()) << "set_result() has resumed it";
  EXPECT_EQ(seen, "42");
}

TEST(FutureAwait, DoesNotSuspendForWhatIsDone) {
  Future<int> future;
  future.set_result(42);
  std::string seen;
  EXPECT_TRUE(note(future, seen).done());
  EXPECT_EQ(seen, "42");
}

TEST(FutureAwait, ThrowsErrorsAndCancellation) {
  Future<int> failed;
  Future<int> cancelled;
  std::string seen_error;
  std::string seen_cancellation;
  const Owned first = note(failed, seen_error);
  const Owned second = note(cancelled, seen_cancellation);
  failed.set_exception(std::out_of_range{"too far"});
  cancelled.cancel();
  EXPECT_EQ(seen_error, "too far");
  EXPECT_EQ(seen_cancellation, "cancelled");
}

Owned read_in_place(const Future<std::string>& future, const std::string*& seen) { seen = &co_await future; }
Owned move_out(Future<std::unique_ptr<int>> future, std::unique_ptr<int>& seen) { seen = co_await std::move(future); }
Owned await_an_end(Future<void> future, bool& ended) {
  co_await future;
  ended = true;
}

TEST(FutureAwait, ReadsInPlaceOrMovesOutAsResultDoes) {
  Future<std::string> text;
  const std::string* in_place = nullptr;
  const Owned reader = read_in_place(text, in_place);
  text.set_result("here");
  EXPECT_EQ(in_place, &text.result());

  Future<std::unique_ptr<int>> owner;
  std::unique_ptr<int> moved;
  const Owned taker = move_out(owner, moved);
  owner.set_result(std::make_unique<int>(7));
  ASSERT_NE(moved, nullptr);
  EXPECT_EQ(*moved, 7);
  EXPECT_EQ(owner.result(), nullptr);

  Future<void> end;
  bool ended = false;
  const Owned waiter = await_an_end(end, ended);
  end.set_result();
  EXPECT_TRUE(ended);
}

TEST(FutureAwait, GoesOnInTheOrderOfComingAndBeforeTheCallbacks) {
  Future<int> future;
  std::vector<int> order;
  const auto append = [](Future<int> awaited, std::vector<int>& to, int number) -> Owned {
    co_await awaited;
    to.push_back(number);
  };
  future.add_done_callback([&](auto&) { order.push_back(3); });
  const Owned first = append(future, order, 1);
  const Owned second = append(future, order, 2);
  future.set_result(0);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

Detached note_thread(Future<int> future, Future<sync::ActorId> seen) {
  co_await future;
  seen.set_result(threading::get_ident());
}

TEST(FutureAwait, GoesOnOnTheThreadThatFinishes) {
  ThreadPoolExecutor pool{1};
  const auto worker = pool.submit(threading::get_ident).result();
  Event gate;
  const Future<sync::ActorId> seen;
  note_thread(pool.submit([&] {
    gate.wait();
    return 1;
  }),
              seen);
  EXPECT_FALSE(seen.done());
  gate.set();
  EXPECT_EQ(seen.result(), worker);
}

Detached sum_up(ThreadPoolExecutor& pool, int n, Future<int> result) {
  int sum = 0;
  for (int i = 1; i <= n; ++i) sum += co_await pool.submit([](int value) { return value; }, i);
  result.set_result(sum);
}

TEST(FutureAwait, OneAfterTheOther) {
  ThreadPoolExecutor pool{2};
  std::vector<Future<int>> sums;
  for (int i = 0; i < 20; ++i) sum_up(pool, 100, sums.emplace_back());
  for (const auto& sum : sums) EXPECT_EQ(sum.result(), 5050);
}

Owned hold(Future<int> future, std::shared_ptr<int> held, int& resumed) {
  co_await future;
  ++resumed;
  held.reset();
}

TEST(FutureAwait, WhatIsDestroyedWhileItWaitsIsNotResumed) {
  Future<int> future;
  const auto held = std::make_shared<int>(1);
  int resumed = 0;
  const Owned stays = hold(future, nullptr, resumed);
  {
    const Owned goes = hold(future, held, resumed);
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
  future.set_result(1);
  EXPECT_EQ(resumed, 1) << "only the other one";
}

Owned end_another(Future<int> future, std::optional<Owned>& other) {
  co_await future;
  other.reset();
}

TEST(FutureAwait, OneMayEndAnotherThatWaitsForTheSame) {
  Future<int> future;
  int resumed = 0;
  std::optional<Owned> behind;
  const Owned first = end_another(future, behind);
  behind.emplace(hold(future, nullptr, resumed));
  future.set_result(1);
  EXPECT_FALSE(behind.has_value());
  EXPECT_EQ(resumed, 0);
}

Detached drop(std::optional<Future<int>>& last, int& seen) {
  seen = co_await *last;
  last.reset();
}

TEST(FutureAwait, TheCoroutineMayDropTheLastHandle) {
  std::optional<Future<int>> future{std::in_place};
  int seen = 0;
  int seen_by_callback = 0;
  drop(future, seen);
  future->add_done_callback([&](auto& done) { seen_by_callback = done.result(); });
  future->set_result(5);
  EXPECT_EQ(seen, 5);
  EXPECT_EQ(seen_by_callback, 5);
  EXPECT_FALSE(future.has_value());
}

Throwing fail_after(const Future<int>& future) {
  co_await future;
  throw std::runtime_error{"trouble in the coroutine"};
}

TEST(FutureAwait, WhatLeavesTheCoroutineIsPrintedAndTheRestGoOn) {
  testing::internal::CaptureStderr();
  Future<int> future;
  std::string seen;
  fail_after(future);
  const Owned good = note(future, seen);
  future.set_result(1);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("trouble in the coroutine"), std::string::npos);
  EXPECT_EQ(seen, "1");
}

Detached count(Future<int> future, base::Atomic<int>& sum) { sum.fetch_add(co_await future); }

TEST(FutureAwait, ManyThreadsMayAwaitWhileItBecomesDone) {
  for (int round = 0; round < 100; ++round) {
    Future<int> future;
    base::Atomic<int> sum{0};
    {
      std::vector<threading::Thread> threads;
      for (int t = 0; t < 3; ++t) {
        threads.push_back(threading::Thread::started([&sum, future] {
          for (int i = 0; i < 20; ++i) count(future, sum);
        }));
      }
      threads.push_back(threading::Thread::started([future]() mutable { future.set_result(1); }));
    }
    ASSERT_EQ(sum.load(), 60);
  }
}

}  // namespace
}  // namespace tandem::futures
