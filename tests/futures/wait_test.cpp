// wait() in its three modes.

#include "tandem/futures/wait.hpp"

#include <chrono>
#include <list>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using threading::Thread;

struct WaitTest : testing::Test {
  /// Runs `wait` in a thread of its own and, once it sleeps, does `then`.
  template <class Wait, class Then>
  void while_it_sleeps(Wait wait, Then then) {
    const std::size_t parked = sync::LocalFutex::parked();
    Thread thread = Thread::started(std::move(wait));
    EXPECT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; }));
    then();
    EXPECT_TRUE(thread.join(20s));
  }
  std::vector<Future<int>> futures{3};
  WaitTest() {
    for (Future<int>& future : futures) future = Future<int>{};  // vector{3} would copy one handle
  }
};

TEST_F(WaitTest, NothingIsDoneAlready) {
  const auto [done, not_done] = wait(std::vector<Future<int>>{});
  EXPECT_TRUE(done.empty());
  EXPECT_TRUE(not_done.empty());
}

TEST_F(WaitTest, AllCompletedIsTheDefault) {
  while_it_sleeps(
      [this] {
        const auto result = wait(futures);
        EXPECT_EQ(result.done.size(), 3U);
        EXPECT_TRUE(result.not_done.empty());
      },
      [this] {
        const std::size_t parked = sync::LocalFutex::parked();
        futures[0].set_exception(std::runtime_error{"x"});
        futures[1].cancel();
        EXPECT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked; })) << "it sleeps on";
        futures[2].set_result(1);
      });
}

TEST_F(WaitTest, FirstCompleted) {
  while_it_sleeps(
      [this] {
        const auto result = wait(futures, FIRST_COMPLETED);
        EXPECT_EQ(result.done, std::vector{futures[1]});
        EXPECT_EQ(result.not_done, (std::vector{futures[0], futures[2]}));
      },
      [this] { futures[1].set_result(1); });
}

TEST_F(WaitTest, FirstCompletedAlready) {
  futures[2].cancel();
  const auto result = wait(futures, FIRST_COMPLETED);
  EXPECT_EQ(result.done, std::vector{futures[2]});
}

TEST_F(WaitTest, FirstException) {
  while_it_sleeps(
      [this] {
        const auto result = wait(futures, FIRST_EXCEPTION);
        EXPECT_EQ(result.done, (std::vector{futures[0], futures[1]}));
        EXPECT_EQ(result.not_done, std::vector{futures[2]});
      },
      [this] {
        futures[0].set_result(1);
        futures[1].set_exception(std::runtime_error{"x"});
      });
}

TEST_F(WaitTest, FirstExceptionAlready) {
  futures[1].set_exception(std::runtime_error{"x"});
  EXPECT_EQ(wait(futures, FIRST_EXCEPTION).done, std::vector{futures[1]});
}

TEST_F(WaitTest, FirstExceptionWithoutAnyIsAllCompleted) {
  for (Future<int>& future : futures) future.set_result(1);
  EXPECT_EQ(wait(futures, FIRST_EXCEPTION).done.size(), 3U);
}

// Python: a cancelled future does not count as failed.
TEST_F(WaitTest, FirstExceptionPassesOverCancellation) {
  futures[0].cancel();
  const auto result = wait(futures, 20ms, FIRST_EXCEPTION);
  EXPECT_EQ(result.done, std::vector{futures[0]});
  EXPECT_EQ(result.not_done.size(), 2U);
}

TEST_F(WaitTest, ADeadlineIsNoErrorAndNotEarly) {
  futures[1].set_result(1);
  const auto begin = Deadline::Clock::now();
  const auto result = wait(futures, 20ms);
  EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
  EXPECT_EQ(result.done, std::vector{futures[1]});
  EXPECT_EQ(result.not_done, (std::vector{futures[0], futures[2]}));
  EXPECT_EQ(wait(futures, 0s).done.size(), 1U);
}

TEST_F(WaitTest, ARequestToStopIsNoErrorEither) {
  std::stop_source source;
  futures[1].set_result(1);
  while_it_sleeps(
      [&, stop = source.get_token()] {
        const auto result = wait(futures, stop);
        EXPECT_EQ(result.done, (std::vector{futures[1]}));
        EXPECT_EQ(result.not_done.size(), 2U);
      },
      [&] { source.request_stop(); });
  EXPECT_EQ(wait(futures, source.get_token(), 20s, FIRST_COMPLETED).done.size(), 1U);
  futures[0].set_result(0);
  futures[2].set_result(2);
  EXPECT_EQ(wait(futures, source.get_token()).done.size(), 3U) << "what is done is done";
}

TEST_F(WaitTest, TakesRangesOfManyKinds) {
  for (Future<int>& future : futures) future.set_result(1);
  const std::list<Future<int>> list{futures.begin(), futures.end()};
  EXPECT_EQ(wait(list).done.size(), 3U);
  EXPECT_EQ(wait(std::span{futures}.first(2)).done.size(), 2U);
  std::vector<Future<void>> of_void(1);
  of_void[0].set_result();
  EXPECT_EQ(wait(of_void).done.size(), 1U);
}

// Python: "Duplicate futures given to fs are removed and will be returned only once."
TEST_F(WaitTest, DuplicatesAreReturnedOnce) {
  futures[0].set_result(1);
  const auto result = wait(std::vector{futures[0], futures[1], futures[0], futures[1]}, 0s);
  EXPECT_EQ(result.done, std::vector{futures[0]});
  EXPECT_EQ(result.not_done, std::vector{futures[1]});
}

TEST_F(WaitTest, SeveralMayWaitForTheSame) {
  const std::size_t parked = sync::LocalFutex::parked();
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) threads.push_back(Thread::started([&] { EXPECT_EQ(wait(futures).done.size(), 3U); }));
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 4; }));
  for (Future<int>& future : futures) future.set_result(1);
  for (Thread& thread : threads) EXPECT_TRUE(thread.join(20s));
}

// A wait that ends early stops watching while others become done at that very moment.
TEST_F(WaitTest, LeavingWhileOthersBecomeDone) {
  for (int round = 0; round < 2000; ++round) {
    std::vector<Future<int>> racing;
    for (int i = 0; i < 8; ++i) racing.emplace_back();
    const Thread finisher = Thread::started([racing]() mutable {
      for (Future<int>& future : racing) future.set_result(1);
    });
    const auto result = wait(racing, FIRST_COMPLETED);
    ASSERT_GE(result.done.size(), 1U);
    ASSERT_EQ(result.done.size() + result.not_done.size(), 8U);
  }
}

}  // namespace
}  // namespace tandem::futures
