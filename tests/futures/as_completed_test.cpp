// as_completed(): the order of completion, duplicates, deadlines, and leaving halfway.

#include <algorithm>
#include <chrono>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using threading::Thread;

static_assert(std::ranges::input_range<AsCompleted<int>>);

std::vector<Future<int>> some(int n) {
  std::vector<Future<int>> futures;
  for (int i = 0; i < n; ++i) futures.emplace_back();
  return futures;
}

TEST(AsCompleted, OfNothingIsNothing) {
  for (auto& future : as_completed(std::vector<Future<int>>{})) ADD_FAILURE() << future.result();
  for (auto& future : as_completed(std::vector<Future<int>>{}, 0s)) ADD_FAILURE() << future.result();
}

TEST(AsCompleted, GivesWhatIsDoneAlreadyFirst) {
  auto futures = some(3);
  futures[2].set_result(2);
  futures[0].cancel();
  std::vector<Future<int>> given;
  for (auto& future : as_completed(futures)) {
    given.push_back(future);
    if (given.size() == 2) futures[1].set_result(1);
  }
  EXPECT_EQ(given, (std::vector{futures[0], futures[2], futures[1]}));
}

TEST(AsCompleted, GivesTheRestInTheOrderOfCompletion) {
  auto futures = some(5);
  const Thread finisher = Thread::started([futures]() mutable {
    for (const std::size_t i : {3U, 0U, 4U}) futures[i].set_result(1);
    futures[2].set_exception(std::runtime_error{"x"});
    futures[1].cancel();
  });
  std::vector<Future<int>> given;
  auto completed = as_completed(futures);
  // Watching began before anything was done, or after some of it: those come first, in their places.
  for (auto& future : completed) given.push_back(future);
  ASSERT_EQ(given.size(), 5U);
  EXPECT_TRUE(given.back().done());
  for (const auto& future : futures) EXPECT_EQ(std::ranges::count(given, future), 1);
}

TEST(AsCompleted, OrderIsThatOfCompletionOnceItWatches) {
  auto futures = some(4);
  auto completed = as_completed(futures);
  for (const std::size_t i : {2U, 0U, 3U, 1U}) futures[i].set_result(1);
  std::vector<Future<int>> given;
  for (auto& future : completed) given.push_back(future);
  EXPECT_EQ(given, (std::vector{futures[2], futures[0], futures[3], futures[1]}));
}

TEST(AsCompleted, DuplicatesComeOnce) {
  auto futures = some(2);
  futures[0].set_result(1);
  futures[1].set_result(2);
  int sum = 0;
  for (auto& future : as_completed(std::vector{futures[0], futures[1], futures[0], futures[0]})) sum += future.result();
  EXPECT_EQ(sum, 3);
}

std::string message_of(AsCompleted<int> completed) {
  try {
    for (auto& future : completed) EXPECT_TRUE(future.done());
  } catch (const TimeoutError& error) {
    return error.what();
  }
  return "it did not time out";
}

TEST(AsCompleted, BeyondTheDeadlineSaysHowManyAreMissing) {
  auto futures = some(3);
  EXPECT_EQ(message_of(as_completed(futures, 0s)), "3 (of 3) futures unfinished");
  futures[1].set_result(1);
  const auto begin = Deadline::Clock::now();
  EXPECT_EQ(message_of(as_completed(futures, 20ms)), "2 (of 3) futures unfinished");
  EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
}

// Python counts the set: a duplicate is no second future.
TEST(AsCompleted, TheMessageCountsADuplicateOnce) {
  auto futures = some(2);
  futures[0].set_result(1);
  EXPECT_EQ(message_of(as_completed(std::vector{futures[0], futures[1], futures[0]}, 0s)), "1 (of 2) futures unfinished");
}

TEST(AsCompleted, GivesWhatIsDoneEvenWhenTheTimeIsOver) {
  auto futures = some(3);
  for (auto& future : futures) future.set_result(1);
  int given = 0;
  for (auto& future : as_completed(futures, 0s)) given += future.result();
  EXPECT_EQ(given, 3);
}

TEST(AsCompleted, KeepsTheFuturesItself) {
  auto completed = as_completed([] {
    auto futures = some(2);
    futures[0].set_result(1);
    futures[1].set_result(2);
    return futures;
  }());
  int sum = 0;
  for (auto& future : completed) sum += future.result();
  EXPECT_EQ(sum, 3);
}

TEST(AsCompleted, TheResultMayBeMovedOut) {
  std::vector<Future<std::unique_ptr<int>>> futures(1);
  futures[0].set_result(std::make_unique<int>(42));
  for (auto& future : as_completed(futures)) {
    const std::unique_ptr<int> taken = std::move(future).result();
    EXPECT_EQ(*taken, 42);
  }
}

TEST(AsCompleted, MayBeMovedHalfway) {
  auto futures = some(3);
  auto first = as_completed(futures);
  futures[2].set_result(2);
  EXPECT_EQ((*first.begin()).result(), 2);
  auto second = std::move(first);
  futures[0].set_result(0);
  futures[1].set_result(1);
  std::vector<int> given;
  for (auto& future : second) given.push_back(future.result());
  EXPECT_EQ(given, (std::vector{0, 1}));
}

TEST(AsCompleted, MayBeLeftHalfway) {
  auto futures = some(3);
  futures[0].set_result(0);
  for (auto& future : as_completed(futures)) {
    EXPECT_EQ(future, futures[0]);
    break;
  }
  futures[1].set_result(1);  // nobody watches any more
  futures[2].cancel();
  EXPECT_EQ(wait(futures).done.size(), 3U);
}

TEST(AsCompleted, MayBeLeftWhileOthersBecomeDone) {
  ThreadPoolExecutor pool{2};
  for (int round = 0; round < 500; ++round) {
    std::vector<Future<int>> futures;
    for (int i = 0; i < 8; ++i) futures.push_back(pool.submit([i] { return i; }));
    for (auto& future : as_completed(futures)) {
      ASSERT_TRUE(future.done());
      break;
    }
  }
}

/// A future that counts how often somebody who waits asks it to run its work inline.
class Asked : public ResultCore<int> {
 public:
  explicit Asked(base::Atomic<long>& asks) : asks_{asks} {}
  void help() noexcept override { ++asks_; }

 private:
  base::Atomic<long>& asks_;
};

// Each step that has to wait looks for work of its own pool to help with. Asking all that are left in each step makes a walk over n
// futures cost n * n / 2: with 100,000 futures some milliseconds of processor time for each step. What has begun once, or belongs
// to somebody else, stays so: it need not be asked again.
TEST(AsCompleted, ASleepingStepDoesNotAskEveryFutureAgain) {
  constexpr int n = 500;
  base::Atomic<long> asks{0};
  std::vector<Future<int>> futures;
  for (int i = 0; i < n; ++i) futures.emplace_back(std::make_shared<Asked>(asks));
  const std::size_t parked = sync::LocalFutex::parked();
  Thread walker = Thread::started([&] {
    int given = 0;
    for (auto& future : as_completed(futures)) given += future.result();
    EXPECT_EQ(given, n);
  });
  for (auto& future : futures) {
    ASSERT_TRUE(test::eventually([&] { return sync::LocalFutex::parked() == parked + 1; })) << "the step waits";
    future.set_result(1);
  }
  walker.join();
  EXPECT_LE(asks.load(), 10L * n) << "n * n / 2 is " << n * n / 2;
}

TEST(AsCompleted, TakesFuturesOfDifferentTypesThatThenMadeAlike) {
  using Found = std::variant<int, std::string>;
  ThreadPoolExecutor pool{2};
  Future<int> number;
  std::vector<Future<Found>> futures;
  futures.push_back(number.then([](int n) { return Found{n}; }));
  futures.push_back(pool.submit([] { return std::string{"text"}; }).then([](const std::string& text) { return Found{text}; }));
  std::vector<Found> found;
  for (auto& future : as_completed(futures)) {
    found.push_back(future.result());
    if (!number.done()) number.set_result(7);
  }
  EXPECT_EQ(found, (std::vector<Found>{"text", 7}));
}

}  // namespace
}  // namespace tandem::futures
