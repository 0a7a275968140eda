// add_done_callback(): when, where, in which order, and what becomes of exceptions.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/future.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using threading::Thread;

TEST(Callback, IsCalledOnceWithTheFuture) {
  Future<int> future;
  int calls = 0;
  future.add_done_callback([&](Future<int>& done) {
    ++calls;
    EXPECT_TRUE(done.done());
    EXPECT_EQ(done.result(), 42);
    EXPECT_EQ(done, future);
  });
  EXPECT_EQ(calls, 0);
  future.set_result(42);
  EXPECT_EQ(calls, 1);
}

TEST(Callback, TakesTheFutureAsItLikes) {
  Future<int> future;
  int calls = 0;
  future.add_done_callback([&](const Future<int>&) { ++calls; });
  future.add_done_callback([&](Future<int>) { ++calls; });
  future.add_done_callback([&](auto& done) { calls += done.result(); });
  future.add_done_callback([&, owned = std::make_unique<int>(1)](auto&&) { calls += *owned; });
  future.set_result(1);
  EXPECT_EQ(calls, 4);
}

TEST(Callback, IsCalledInTheOrderOfAdding) {
  Future<void> future;
  std::vector<int> order;
  for (int i = 0; i < 10; ++i) future.add_done_callback([&, i](auto&) { order.push_back(i); });
  future.set_result();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Callback, IsCalledForErrorsAndCancellationToo) {
  Future<int> failed;
  bool saw_error = false;
  failed.add_done_callback([&](auto& done) { saw_error = done.exception() != nullptr; });
  failed.set_exception(std::runtime_error{"x"});
  EXPECT_TRUE(saw_error);

  Future<int> cancelled;
  int calls = 0;
  cancelled.add_done_callback([&](auto& done) { calls += done.cancelled() ? 1 : 0; });
  cancelled.cancel();
  EXPECT_EQ(calls, 1);
  cancelled.cancel();
  cancelled.set_running_or_notify_cancel();
  EXPECT_EQ(calls, 1) << "once only";
}

TEST(Callback, RunsWhereTheFutureBecomesDone) {
  Future<void> future;
  sync::ActorId where = 0;
  future.add_done_callback([&](auto&) { where = sync::current(); });
  Thread worker = Thread::started([future]() mutable { future.set_result(); });
  worker.join();
  EXPECT_EQ(where, worker.ident());
}

TEST(Callback, AddedAfterwardsRunsAtOnceAndHere) {
  Future<void> future;
  Thread worker = Thread::started([future]() mutable { future.set_result(); });
  worker.join();
  sync::ActorId where = 0;
  future.add_done_callback([&](auto&) { where = sync::current(); });
  EXPECT_EQ(where, sync::current());
}

TEST(Callback, MayAddAnotherAndLookAtEverything) {
  Future<int> future;
  std::vector<int> order;
  future.add_done_callback([&](auto& done) {
    order.push_back(1);
    done.add_done_callback([&](auto&) { order.push_back(2); });  // it is done already: at once
    EXPECT_FALSE(done.cancel());
    EXPECT_TRUE(done.wait(0s));
    EXPECT_THROW(done.set_result(2), InvalidStateError);
  });
  future.add_done_callback([&](auto&) { order.push_back(3); });
  future.set_result(1);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(Callback, AThrowingOneIsPrintedAndTheRestAreCalled) {
  testing::internal::CaptureStderr();
  Future<int> future;
  int calls = 0;
  future.add_done_callback([&](auto&) { ++calls; });
  future.add_done_callback([](auto&) { throw std::runtime_error{"first trouble"}; });
  future.add_done_callback([](auto&) { throw 42; });
  future.add_done_callback([&](auto&) { ++calls; });
  future.set_result(1);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(future.result(), 1);
  const std::string printed = testing::internal::GetCapturedStderr();
  EXPECT_NE(printed.find("std::runtime_error: first trouble\n"), std::string::npos) << printed;
  EXPECT_NE(printed.find(": int\n"), std::string::npos) << printed;
}

TEST(Callback, AThrowingOneAddedAfterwardsIsPrintedToo) {
  testing::internal::CaptureStderr();
  Future<int> future;
  future.cancel();
  EXPECT_NO_THROW(future.add_done_callback([](auto&) { throw std::runtime_error{"late trouble"}; }));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("late trouble"), std::string::npos);
}

TEST(Callback, AThrowingOneDoesNotDisturbCancel) {
  testing::internal::CaptureStderr();
  Future<int> future;
  future.add_done_callback([](auto&) { throw std::runtime_error{"trouble"}; });
  EXPECT_TRUE(future.cancel());
  EXPECT_TRUE(future.cancelled());
  EXPECT_NE(testing::internal::GetCapturedStderr().find("trouble"), std::string::npos);
}

TEST(Callback, IsDestroyedOnceItRan) {
  const auto shared = std::make_shared<int>(1);
  Future<void> future;
  future.add_done_callback([shared](auto&) {});
  EXPECT_EQ(shared.use_count(), 2);
  future.set_result();
  EXPECT_EQ(shared.use_count(), 1);
  future.add_done_callback([shared](auto&) {});
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Callback, IsDestroyedWithAFutureThatNobodyFinishes) {
  const auto shared = std::make_shared<int>(1);
  {
    Future<void> future;
    future.add_done_callback([shared](auto&) { ADD_FAILURE() << "it was never done"; });
  }
  EXPECT_EQ(shared.use_count(), 1);
}

// A callback that holds the future makes a circle, which ends when the callback has run.
TEST(Callback, MayHoldItsOwnFuture) {
  const auto shared = std::make_shared<int>(1);
  {
    Future<std::shared_ptr<int>> future;
    future.add_done_callback([future](auto& done) { EXPECT_EQ(done, future); });
    future.set_result(shared);
    EXPECT_EQ(shared.use_count(), 2);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Callback, MayDropTheLastHandle) {
  auto future = std::make_unique<Future<int>>();
  Future<int> finisher = *future;
  bool called = false;
  future->add_done_callback([&](auto& done) {
    future.reset();
    EXPECT_EQ(done.result(), 1);
    called = true;
  });
  std::move(finisher).set_result(1);
  EXPECT_TRUE(called);
}

// Those who wait are released before the callbacks run, so a callback that takes its time holds up nobody.
TEST(Callback, DoesNotHoldUpThoseWhoWait) {
  Future<int> future;
  sync::Event release;
  future.add_done_callback([&](auto&) { EXPECT_TRUE(release.wait(20s)); });
  const Thread worker = Thread::started([future]() mutable { future.set_result(1); });
  EXPECT_EQ(future.result(20s), 1);
  release.set();
}

TEST(Callback, ManyThreadsMayAddWhileItBecomesDone) {
  for (int round = 0; round < 50; ++round) {
    Future<int> future;
    base::Atomic<int> calls{0};
    {
      std::vector<Thread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.push_back(Thread::started([&calls, future]() mutable {
          for (int i = 0; i < 20; ++i) future.add_done_callback([&](auto&) { ++calls; });
        }));
      }
      threads.push_back(Thread::started([future]() mutable { future.set_result(1); }));
    }
    ASSERT_EQ(calls.load(), 80);
  }
}

}  // namespace
}  // namespace tandem::futures
