#pragma once

// What the concept Executor promises, whatever the workers are. Only plain functions and captureless callables with values as
// arguments, so that it holds for workers in other processes too. For each executor a traits class says how to make one:
//
//     struct Threads { using Executor = ThreadPoolExecutor; static std::unique_ptr<Executor> make(int workers); };
//     INSTANTIATE_TYPED_TEST_SUITE_P(Threads, ExecutorSuite, Threads);

#include <chrono>
#include <cstddef>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/awaitable.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/conformance/calls.hpp"
#include "tests/futures/coroutines.hpp"

namespace tandem::test {

template <class Traits>
class ExecutorSuite : public ::testing::Test {
 protected:
  using Executor = typename Traits::Executor;
  static_assert(futures::Executor<Executor>);

  static std::unique_ptr<Executor> make(int workers) { return Traits::make(workers); }
};
TYPED_TEST_SUITE_P(ExecutorSuite);

TYPED_TEST_P(ExecutorSuite, SubmitGivesTheResult) {
  const auto executor = this->make(2);
  EXPECT_EQ(executor->submit(add, 40, 2).result(), 42);
  EXPECT_EQ(executor->submit([](int a, int b) { return a * b; }, 6, 7).result(), 42);
  EXPECT_EQ(executor->submit(repeat, std::string{"ab"}, 3).result(), "ababab");
  EXPECT_NO_THROW(executor->submit(nothing).result());
}

TYPED_TEST_P(ExecutorSuite, ArgumentsAreTheCallersAtTheTimeOfTheCall) {
  const auto executor = this->make(1);
  const auto first = executor->submit(slow, 0);
  std::string text{"x"};
  const auto future = executor->submit(repeat, text, 2);
  text = "y";
  EXPECT_EQ(future.result(), "xx");
}

TYPED_TEST_P(ExecutorSuite, AnErrorKeepsItsTypeAndText) {
  const auto executor = this->make(2);
  const auto future = executor->submit(refuse, 7);
  try {
    static_cast<void>(future.result());
    FAIL() << "no exception";
  } catch (const std::out_of_range& error) {
    EXPECT_NE(std::string{error.what()}.find("no 7"), std::string::npos) << error.what();
  }
  EXPECT_NE(future.exception(), nullptr);
  EXPECT_EQ(executor->submit(add, 1, 1).result(), 2) << "and the executor goes on";
}

TYPED_TEST_P(ExecutorSuite, ManyTasksAllComeBack) {
  const auto executor = this->make(3);
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 500; ++i) all.push_back(executor->submit(add, i, 1));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)].result(), i + 1);
}

TYPED_TEST_P(ExecutorSuite, MayBeUsedFromManyThreads) {
  const auto executor = this->make(2);
  std::vector<threading::Thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.push_back(threading::Thread::started([&executor, t] {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(executor->submit(add, t, i).result(), t + i);
    }));
  }
}

TYPED_TEST_P(ExecutorSuite, WaitAndAsCompletedTakeItsFutures) {
  const auto executor = this->make(2);
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 20; ++i) all.push_back(executor->submit(negate, i));
  EXPECT_EQ(futures::wait(all).done.size(), 20U);
  int sum = 0;
  for (auto& future : futures::as_completed(all)) sum += future.result();
  EXPECT_EQ(sum, -190);
}

TYPED_TEST_P(ExecutorSuite, CallbacksSeeTheResult) {
  const auto executor = this->make(1);
  int seen = 0;
  auto future = executor->submit(add, 1, 2);
  future.add_done_callback([&](auto& done) { seen = done.result(); });
  executor->shutdown();  // callbacks run on the completing thread, which has ended then
  EXPECT_EQ(seen, 3);
}

/// Until it is told to go on.
inline int held_up(multiprocessing::Event gate) { return gate.wait() ? 1 : 0; }

TYPED_TEST_P(ExecutorSuite, WaitEndsWhenItShould) {
  const auto executor = this->make(2);
  using enum futures::ReturnWhen;
  multiprocessing::Event gate;
  const auto late = executor->submit(held_up, gate);
  const std::vector with_result{late, executor->submit(add, 1, 1)};
  EXPECT_EQ(futures::wait(with_result, FIRST_COMPLETED).not_done, std::vector{late});
  const std::vector with_error{late, executor->submit(refuse, 1)};
  EXPECT_EQ(futures::wait(with_error, FIRST_EXCEPTION).not_done, std::vector{late});
  EXPECT_EQ(futures::wait(with_result, std::chrono::milliseconds{1}, FIRST_EXCEPTION).not_done, std::vector{late});
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(futures::wait(with_error, stopped.get_token()).not_done, std::vector{late});
  EXPECT_FALSE(late.wait(stopped.get_token()));
  EXPECT_THROW(late.result(std::chrono::milliseconds{1}), TimeoutError);
  int seen = 0;
  const auto walk = [&] {
    for (auto& future : futures::as_completed(with_result, std::chrono::milliseconds{1})) seen += future.result();
  };
  EXPECT_THROW(walk(), TimeoutError);
  EXPECT_EQ(seen, 2) << "the one that is done came before";
  gate.set();
  EXPECT_EQ(futures::wait(with_error).done.size(), 2U);
  EXPECT_EQ(futures::wait(with_result, FIRST_EXCEPTION).done.size(), 2U);
}

TYPED_TEST_P(ExecutorSuite, AThrowingCallbackIsPrintedAndTheRestAreCalled) {
  testing::internal::CaptureStderr();
  int seen = 0;
  {
    const auto executor = this->make(1);
    auto future = executor->submit(add, 1, 2);
    future.add_done_callback([](auto& /*done*/) { throw std::runtime_error{"trouble in the callback"}; });
    future.add_done_callback([&](auto& done) { seen = done.result(); });
  }
  EXPECT_EQ(seen, 3);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("trouble in the callback"), std::string::npos);
}

TYPED_TEST_P(ExecutorSuite, ThenMakesAFutureOfWhatComesOfTheResult) {
  const auto executor = this->make(2);
  EXPECT_EQ(executor->submit(add, 20, 1).then([](int n) { return 2 * n; }).then([](int n) { return std::to_string(n); }).result(),
            "42");
  EXPECT_TRUE(executor->submit(nothing).then([] { return true; }).result());
  EXPECT_THROW(executor->submit(refuse, 1).then([](int n) { return n; }).result(), std::out_of_range);
  // The function may give more work to the executor, but not wait for it here.
  const auto second = executor->submit(add, 1, 2).then([&](int n) { return executor->submit(add, n, 3); });
  EXPECT_EQ(second.result().result(), 6);
}

/// Awaits one after the other, on the threads that finish them.
template <class Executor>
Detached await_some(Executor& executor, futures::Future<int> sum, futures::Future<std::string> error) {
  int all = 0;
  for (int i = 0; i < 20; ++i) all += co_await executor.submit(add, i, 1);
  co_await executor.submit(nothing);
  std::string what;
  try {
    co_await executor.submit(refuse, 7);
  } catch (const std::out_of_range& caught) {
    what = caught.what();
  }
  sum.set_result(all);
  error.set_result(what);
}

TYPED_TEST_P(ExecutorSuite, CoroutinesAwaitItsFutures) {
  const auto executor = this->make(2);
  const futures::Future<int> sum;
  const futures::Future<std::string> error;
  await_some(*executor, sum, error);
  EXPECT_EQ(sum.result(), 210);
  EXPECT_NE(error.result().find("no 7"), std::string::npos) << error.result();
}

TYPED_TEST_P(ExecutorSuite, CancelStopsWhatHasNotBegun) {
  const auto executor = this->make(1);
  const auto busy = executor->submit(slow, 1);
  std::vector<futures::Future<int>> queued;
  for (int i = 0; i < 20; ++i) queued.push_back(executor->submit(negate, i));
  auto& last = queued.back();  // the one that has certainly not begun
  EXPECT_TRUE(last.cancel());
  EXPECT_TRUE(last.cancelled());
  EXPECT_THROW(last.result(), futures::CancelledError);
  EXPECT_EQ(queued.front().result(), 0);
  EXPECT_FALSE(queued.front().cancel()) << "it is done";
}

TYPED_TEST_P(ExecutorSuite, MapKeepsTheOrder) {
  const auto executor = this->make(3);
  const std::vector items{3, 1, 2};
  std::vector<int> results;
  for (const int result : executor->map(negate, items)) results.push_back(result);
  EXPECT_EQ(results, (std::vector{-3, -1, -2}));
}

TYPED_TEST_P(ExecutorSuite, MapOverAnEndlessRange) {
  const auto executor = this->make(2);
  int expected = 0;
  for (const int result : executor->map(negate, std::views::iota(0), {.chunksize = 4, .buffersize = 32})) {
    ASSERT_EQ(result, -expected);
    if (++expected == 500) break;
  }
}

TYPED_TEST_P(ExecutorSuite, MapGivesAnErrorInItsPlace) {
  const auto executor = this->make(2);
  std::vector<int> before;
  const auto walk = [&] {
    for (const int result : executor->map(refuse_3, std::views::iota(0))) before.push_back(result);
  };
  EXPECT_THROW(walk(), std::out_of_range);
  EXPECT_EQ(before, (std::vector{0, 1, 2}));
}

TYPED_TEST_P(ExecutorSuite, MapGoesOnAfterAnError) {
  const auto executor = this->make(2);
  auto results = executor->map(refuse_3, std::views::iota(2, 6));
  auto step = results.begin();
  EXPECT_EQ(*step, 2);
  EXPECT_THROW(++step, std::out_of_range);
  EXPECT_EQ(*++step, 4);
  EXPECT_EQ(*++step, 5);
  EXPECT_TRUE(++step == results.end());
}

TYPED_TEST_P(ExecutorSuite, MapRefusesChunksOfNothing) {
  const auto executor = this->make(1);
  EXPECT_THROW(executor->map(negate, std::views::iota(0, 3), {.chunksize = 0}), std::invalid_argument);
}

TYPED_TEST_P(ExecutorSuite, MapWalkedAfterShutdownLosesNothing) {
  const auto executor = this->make(2);
  auto results = executor->map(negate, std::views::iota(0, 100), {.chunksize = 2, .buffersize = 20});
  executor->shutdown();
  std::vector<int> seen;
  const auto walk = [&] {
    for (const int result : results) seen.push_back(result);
  };
  EXPECT_THROW(walk(), std::logic_error) << "there are items that cannot be begun any more";
  ASSERT_EQ(seen.size(), 20U) << "after all that was begun";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], -i);
  EXPECT_NO_THROW(walk()) << "it was said";
}

TYPED_TEST_P(ExecutorSuite, ShutdownWaitsForAllThatWasSubmitted) {
  const auto executor = this->make(2);
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 100; ++i) all.push_back(executor->submit(add, i, i));
  executor->shutdown();
  for (const auto& future : all) EXPECT_TRUE(future.done());
  EXPECT_THROW(executor->submit(add, 1, 1), std::logic_error);
  executor->shutdown();
  EXPECT_EQ(all[99].result(), 198) << "results outlive the workers";
}

TYPED_TEST_P(ExecutorSuite, ShutdownMayCancelWhatHasNotBegun) {
  const auto executor = this->make(1);
  const auto busy = executor->submit(slow, 1);
  std::vector<futures::Future<int>> queued;
  for (int i = 0; i < 100; ++i) queued.push_back(executor->submit(slow, i));
  executor->shutdown(true, true);
  for (const auto& future : queued) EXPECT_TRUE(future.done());
  EXPECT_TRUE(queued.back().cancelled());
  EXPECT_TRUE(busy.done());
}

inline int fail_after(multiprocessing::Event tried) {
  tried.set();
  return refuse(1);
}

TYPED_TEST_P(ExecutorSuite, ShutdownMayCancelWhatWaitsForAnotherAttempt) {
  const auto executor = this->make(1);
  multiprocessing::Event tried;
  const auto future = executor->with({.retries = 5, .backoff = std::chrono::hours{1}}).submit(fail_after, tried);
  ASSERT_TRUE(tried.wait(std::chrono::seconds{20}));
  executor->submit(nothing).result();  // so the attempt is over
  executor->shutdown(true, true);
  EXPECT_TRUE(future.cancelled());
  EXPECT_THROW(future.result(), futures::CancelledError);
}

TYPED_TEST_P(ExecutorSuite, DestructorWaitsForAllThatWasSubmitted) {
  auto executor = this->make(2);
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 100; ++i) all.push_back(executor->submit(add, i, i));
  executor.reset();
  for (const auto& future : all) EXPECT_TRUE(future.done());
  EXPECT_EQ(all[50].result(), 100);
}

REGISTER_TYPED_TEST_SUITE_P(ExecutorSuite, SubmitGivesTheResult, ArgumentsAreTheCallersAtTheTimeOfTheCall,
                            AnErrorKeepsItsTypeAndText, ManyTasksAllComeBack, MayBeUsedFromManyThreads,
                            WaitAndAsCompletedTakeItsFutures, CallbacksSeeTheResult, WaitEndsWhenItShould,
                            AThrowingCallbackIsPrintedAndTheRestAreCalled, ThenMakesAFutureOfWhatComesOfTheResult,
                            CoroutinesAwaitItsFutures, CancelStopsWhatHasNotBegun, MapKeepsTheOrder, MapOverAnEndlessRange,
                            MapGivesAnErrorInItsPlace, MapGoesOnAfterAnError, MapRefusesChunksOfNothing,
                            MapWalkedAfterShutdownLosesNothing, ShutdownWaitsForAllThatWasSubmitted,
                            ShutdownMayCancelWhatHasNotBegun, ShutdownMayCancelWhatWaitsForAnotherAttempt,
                            DestructorWaitsForAllThatWasSubmitted);

}  // namespace tandem::test
