#pragma once

// What multiprocessing's pools promise, whatever the workers are; CPython's documentation of multiprocessing.pool is the
// specification, and tandem/multiprocessing/basic_pool.hpp says where we differ. As executor_suite.hpp.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/errors.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/async_result.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/queue/queue.hpp"
#include "tests/conformance/calls.hpp"
#include "tests/support/one_processor.hpp"

namespace tandem::test {

inline std::string describe(const std::string& name, int count, double price) {
  return name + " " + std::to_string(count) + " " + std::to_string(static_cast<int>(price));
}
/// Until it is told to go on.
inline void hold_up(multiprocessing::Event begun, multiprocessing::Event gate) {
  begun.set();
  gate.wait();
}
/// The first takes longest.
inline int late_if_0(int n) { return n == 0 ? slow(0) : n; }

template <class Traits>
class PoolSuite : public ::testing::Test {
 protected:
  using Pool = typename Traits::Pool;

  static std::unique_ptr<Pool> make(int workers) { return Traits::make(workers); }
};
TYPED_TEST_SUITE_P(PoolSuite);

TYPED_TEST_P(PoolSuite, ApplyGivesTheResult) {
  const auto pool = this->make(2);
  EXPECT_EQ(pool->apply(add, 40, 2), 42);
  EXPECT_EQ(pool->apply([](int a, int b) { return a * b; }, 6, 7), 42);
  EXPECT_EQ(pool->apply(repeat, std::string{"ab"}, 3), "ababab");
  EXPECT_NO_THROW(pool->apply(nothing));
  EXPECT_THROW(pool->apply(refuse, 1), std::out_of_range);
}

TYPED_TEST_P(PoolSuite, ApplyAsyncGivesItLater) {
  const auto pool = this->make(1);
  const auto busy = pool->apply_async(slow, 1);
  const auto result = pool->apply_async(add, 1, 2);
  EXPECT_FALSE(result.ready());
  EXPECT_THROW(result.successful(), std::invalid_argument) << "nobody knows yet";
  EXPECT_FALSE(result.wait(std::chrono::milliseconds{1}));
  EXPECT_THROW(result.get(std::chrono::milliseconds{1}), TimeoutError);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(result.wait(stopped.get_token()));
  EXPECT_EQ(result.get(), 3);
  EXPECT_EQ(result.get(), 3) << "as often as one likes";
  EXPECT_TRUE(result.ready());
  EXPECT_TRUE(result.successful());
  EXPECT_TRUE(busy.successful());
}

TYPED_TEST_P(PoolSuite, AnErrorIsTheResultOfItsCallOnly) {
  const auto pool = this->make(2);
  const auto bad = pool->apply_async(refuse, 7);
  EXPECT_TRUE(bad.wait());
  EXPECT_FALSE(bad.successful());
  EXPECT_THROW(bad.get(), std::out_of_range);
  EXPECT_EQ(pool->apply(add, 1, 1), 2);
}

TYPED_TEST_P(PoolSuite, CallbacksAreForWhatCameOut) {
  const auto pool = this->make(2);
  queue::Queue<std::string> seen;
  const auto failed = [&](const std::exception& error) { seen.put(error.what()); };
  pool->apply_async(add, 40, 2).callback([&](int sum) { seen.put(std::to_string(sum)); }).error_callback(failed);
  EXPECT_EQ(seen.get(), "42");
  pool->apply_async(refuse, 7).callback([&](int) { seen.put("no error"); }).error_callback(failed);
  EXPECT_NE(seen.get().find("no 7"), std::string::npos);
  pool->apply_async(refuse, 8).error_callback([&](std::exception_ptr error) { seen.put(error != nullptr ? "error" : "none"); });
  EXPECT_EQ(seen.get(), "error");
  pool->apply_async(nothing).callback([&] { seen.put("done"); });
  EXPECT_EQ(seen.get(), "done");
  pool->close();
  pool->join();
  EXPECT_TRUE(seen.empty()) << "each once";
}

TYPED_TEST_P(PoolSuite, CallbacksAreForAllResultsOfAMap) {
  const auto pool = this->make(2);
  queue::Queue<std::string> seen;
  const auto say = [&](const std::string& word) {
    return [&seen, word](const std::vector<int>& all) { seen.put(word + std::to_string(all.back())); };
  };
  const auto failed = [&](const std::exception& error) { seen.put(error.what()); };
  pool->map_async(negate, std::vector{1, 2}, 1).callback(say("map ")).error_callback(failed);
  EXPECT_EQ(seen.get(), "map -2");
  const std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  pool->starmap_async(add, pairs).callback(say("starmap ")).error_callback(failed);
  EXPECT_EQ(seen.get(), "starmap 7");
  pool->map_async(refuse_3, std::vector{1, 2, 3, 4}, 1).callback(say("no error ")).error_callback(failed);
  EXPECT_NE(seen.get().find("no 3"), std::string::npos);
  const auto refuse_sum = [](int a, int b) { return refuse(a + b); };
  pool->starmap_async(refuse_sum, pairs).callback(say("no error ")).error_callback([&](std::exception_ptr error) {
    seen.put(error != nullptr ? "error" : "none");
  });
  EXPECT_EQ(seen.get(), "error");
  pool->map_async([](int) {}, std::vector{1, 2}).callback([&] { seen.put("done"); });
  EXPECT_EQ(seen.get(), "done");
  pool->close();
  pool->join();
  EXPECT_TRUE(seen.empty()) << "each once";
}

TYPED_TEST_P(PoolSuite, CallbacksAreCalledBeforeJoinReturns) {
  const auto pool = this->make(2);
  std::vector<int> seen;
  for (int i = 0; i < 50; ++i) pool->apply_async(negate, i);
  pool->map_async(negate, std::views::iota(0, 10)).callback([&](const std::vector<int>& all) { seen = all; });
  pool->close();
  pool->join();
  EXPECT_EQ(seen.size(), 10U);
}

TYPED_TEST_P(PoolSuite, MapKeepsTheOrder) {
  const auto pool = this->make(3);
  const auto items = std::views::iota(0, 1000);
  std::vector<int> expected;
  for (const int item : items) expected.push_back(-item);
  EXPECT_EQ(pool->map(negate, items), expected);
  for (const std::size_t chunksize : {1, 7, 1000, 5000}) EXPECT_EQ(pool->map(negate, items, chunksize), expected);
  EXPECT_EQ(pool->map(negate, std::vector{3, 1, 2}), (std::vector{-3, -1, -2}));
}

TYPED_TEST_P(PoolSuite, ChunksOfNothingAreRefused) {
  const auto pool = this->make(1);
  const std::vector items{1, 2, 3};
  EXPECT_THROW(pool->map(negate, items, 0), std::invalid_argument);
  EXPECT_THROW(pool->map_async(negate, items, 0), std::invalid_argument);
  EXPECT_THROW(pool->starmap(add, std::vector<std::pair<int, int>>{}, 0), std::invalid_argument) << "even if there are no items";
  EXPECT_THROW(pool->imap(negate, items, {.chunksize = 0}), std::invalid_argument);
  EXPECT_THROW(pool->imap_unordered(negate, items, {.chunksize = 0}), std::invalid_argument);
  EXPECT_EQ(pool->map(negate, items, std::nullopt), (std::vector{-1, -2, -3})) << "it chooses itself";
}

TYPED_TEST_P(PoolSuite, MapTakesAnyRange) {
  const auto pool = this->make(2);
  EXPECT_EQ(pool->map(negate, std::vector<int>{}), std::vector<int>{});
  auto odd = std::views::iota(0, 10) | std::views::filter([](int n) { return n % 2 == 1; });  // which has no size
  EXPECT_EQ(pool->map(negate, odd), (std::vector{-1, -3, -5, -7, -9}));
  const std::vector<std::string> words{"a", "bc"};
  EXPECT_EQ(pool->map([](const std::string& word) { return word.size(); }, words), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(pool->map([](int n) { return n > 1; }, std::vector{1, 2, 3}), (std::vector{false, true, true}));
}

TYPED_TEST_P(PoolSuite, MapOfAFunctionWithoutResult) {
  const auto pool = this->make(2);
  pool->map([](int) {}, std::views::iota(0, 100));
  EXPECT_THROW(pool->map([](int n) { static_cast<void>(refuse_3(n)); }, std::views::iota(0, 10)), std::out_of_range);
}

TYPED_TEST_P(PoolSuite, MapFailsWithTheFirstErrorWhenAllAreDone) {
  const auto pool = this->make(2);
  const auto results = pool->map_async([](int n) { return n >= 3 ? refuse(n) : n; }, std::views::iota(0, 10), 2);
  try {
    static_cast<void>(results.get());
    FAIL() << "no exception";
  } catch (const std::out_of_range& error) {
    EXPECT_NE(std::string{error.what()}.find("no 3"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(results.successful());
  EXPECT_EQ(pool->map(negate, std::vector{1}), std::vector{-1});
}

TYPED_TEST_P(PoolSuite, StarmapTakesTheArgumentsFromTuples) {
  const auto pool = this->make(2);
  EXPECT_EQ(pool->starmap(add, std::vector<std::pair<int, int>>{{1, 2}, {3, 4}}), (std::vector{3, 7}));
  const std::vector<std::tuple<std::string, int, double>> goods{{"pears", 2, 3.0}, {"nuts", 50, 4.5}};
  EXPECT_EQ(pool->starmap(describe, goods, 1), (std::vector<std::string>{"pears 2 3", "nuts 50 4"}));
  EXPECT_EQ(pool->starmap_async(add, std::vector<std::pair<int, int>>{{1, 2}}).get(), std::vector{3});
}

TYPED_TEST_P(PoolSuite, ImapGivesOneByOne) {
  const auto pool = this->make(2);
  int expected = 0;
  for (const int result : pool->imap(negate, std::views::iota(0), {.chunksize = 3, .buffersize = 30})) {
    ASSERT_EQ(result, -expected);
    if (++expected == 300) break;
  }
}

TYPED_TEST_P(PoolSuite, ImapGivesAnErrorInItsPlace) {
  const auto pool = this->make(2);
  std::vector<int> before;
  const auto walk = [&] {
    for (const int result : pool->imap(refuse_3, std::views::iota(0))) before.push_back(result);
  };
  EXPECT_THROW(walk(), std::out_of_range);
  EXPECT_EQ(before, (std::vector{0, 1, 2}));
}

TYPED_TEST_P(PoolSuite, ImapUnorderedDoesNotWaitForASlowOne) {
  const auto pool = this->make(2);
  std::vector<int> results;
  for (const int result : pool->imap_unordered(late_if_0, std::views::iota(0, 10))) results.push_back(result);
  EXPECT_NE(results.front(), 0);
  std::ranges::sort(results);
  EXPECT_TRUE(std::ranges::equal(results, std::views::iota(0, 10)));
}

TYPED_TEST_P(PoolSuite, ImapKeepsItsTime) {
  const auto pool = this->make(1);
  const auto walk = [&](bool as_completed) {
    const futures::MapOptions options{.deadline = std::chrono::milliseconds{20}, .as_completed = as_completed};
    for (const int result : pool->imap(slow, std::views::iota(0, 3), options)) ADD_FAILURE() << result;
  };
  EXPECT_THROW(walk(false), TimeoutError);
  EXPECT_THROW(walk(true), TimeoutError);
}

TYPED_TEST_P(PoolSuite, ImapsNextWaitsForSoLongAndTheWalkGoesOn) {
  for (const bool as_completed : {false, true}) {
    const auto pool = this->make(1);
    multiprocessing::Event begun, gate;
    const auto busy = pool->apply_async(hold_up, begun, gate);
    auto results = pool->imap(refuse_3, std::views::iota(2, 6), {.chunksize = 2, .as_completed = as_completed});
    EXPECT_THROW(results.next(std::chrono::milliseconds{1}), TimeoutError);
    EXPECT_THROW(results.next(Deadline::passed()), TimeoutError);
    gate.set();
    EXPECT_EQ(results.next(), 2);
    EXPECT_THROW(results.next(std::chrono::seconds{20}), std::out_of_range) << "the call's error, in its place";
    std::vector<int> rest;
    while (const auto result = results.next(std::chrono::seconds{20})) rest.push_back(*result);
    EXPECT_EQ(rest.back(), 5);
    EXPECT_EQ(results.next(), std::nullopt) << "Python's StopIteration";
  }
}

TYPED_TEST_P(PoolSuite, ImapsNextKeepsTheTimeOfTheWhole) {
  const auto pool = this->make(1);
  auto results = pool->imap(slow, std::views::iota(0, 3), {.deadline = std::chrono::milliseconds{20}});
  EXPECT_THROW(results.next(), TimeoutError);
  EXPECT_THROW(results.next(std::chrono::seconds{20}), TimeoutError);
}

TYPED_TEST_P(PoolSuite, ImapGoesOnAfterClose) {
  const auto pool = this->make(2);
  auto results = pool->imap(negate, std::views::iota(0, 200));
  pool->close();
  EXPECT_EQ(std::ranges::distance(results.begin(), results.end()), 200);
  pool->join();
}

TYPED_TEST_P(PoolSuite, ImapGivesWhatWasBegunAfterJoin) {
  const auto pool = this->make(2);
  auto in_order = pool->imap(negate, std::views::iota(0, 10), {.buffersize = 10});
  auto too_many = pool->imap_unordered(negate, std::views::iota(0, 100), {.buffersize = 10});
  pool->close();
  pool->join();
  EXPECT_EQ(std::ranges::distance(in_order.begin(), in_order.end()), 10);
  int seen = 0;
  const auto walk = [&] {
    for (const int result : too_many) seen += result <= 0 ? 1 : 0;
  };
  EXPECT_THROW(walk(), std::logic_error) << "there are items that cannot be begun any more";
  EXPECT_EQ(seen, 10);
}

TYPED_TEST_P(PoolSuite, CloseTakesNoMoreAndDoesTheRest) {
  const auto pool = this->make(2);
  EXPECT_THROW(pool->join(), std::invalid_argument) << "it would wait for ever";
  const auto results = pool->map_async(negate, std::views::iota(0, 100));
  pool->close();
  EXPECT_THROW(pool->apply(add, 1, 2), std::invalid_argument);
  EXPECT_THROW(pool->map(negate, std::vector{1}), std::invalid_argument);
  EXPECT_THROW(pool->starmap_async(add, std::vector<std::pair<int, int>>{{1, 2}}), std::invalid_argument);
  EXPECT_THROW(pool->imap(negate, std::vector{1}), std::invalid_argument);
  EXPECT_THROW(pool->imap_unordered(negate, std::vector{1}), std::invalid_argument);
  pool->join();
  EXPECT_TRUE(results.successful());
  EXPECT_EQ(results.get()[99], -99) << "results outlive the workers";
}

TYPED_TEST_P(PoolSuite, TerminateGivesUpWhatHasNotBegun) {
  const auto pool = this->make(1);
  const auto busy = pool->apply_async(slow, 1);
  const auto queued = pool->apply_async(slow, 2);
  const auto all = pool->map_async(slow, std::views::iota(0, 1000));
  pool->terminate();
  pool->join();
  EXPECT_TRUE(busy.ready());
  EXPECT_THROW(queued.get(), futures::CancelledError);
  EXPECT_THROW(all.get(), futures::CancelledError);
  EXPECT_FALSE(all.successful());
  EXPECT_THROW(pool->apply(add, 1, 2), std::invalid_argument);
}

TYPED_TEST_P(PoolSuite, TheDestructorTerminates) {
  auto pool = this->make(1);
  const auto all = pool->map_async(slow, std::views::iota(0, 1000), 1);
  pool.reset();
  EXPECT_TRUE(all.ready());
  EXPECT_FALSE(all.successful());
}

TYPED_TEST_P(PoolSuite, ByDefaultThereIsAWorkerForEachProcessorToRunOn) {
  const auto pool = [] {
    const OneProcessor one;
    return std::make_unique<typename TypeParam::Pool>();
  }();
  multiprocessing::Event begun, gate;
  const auto busy = pool->apply_async(hold_up, begun, gate);
  ASSERT_TRUE(begun.wait(std::chrono::seconds{20}));
  const auto next = pool->apply_async(add, 1, 2);
  EXPECT_FALSE(next.wait(std::chrono::milliseconds{50})) << "there is one worker, and it is busy";
  gate.set();
  EXPECT_EQ(next.get(), 3);
}

TYPED_TEST_P(PoolSuite, NoWorkersAreRefused) {
  EXPECT_THROW(this->make(0), std::invalid_argument);
  EXPECT_THROW(this->make(-1), std::invalid_argument);
}

REGISTER_TYPED_TEST_SUITE_P(PoolSuite, ApplyGivesTheResult, ApplyAsyncGivesItLater, AnErrorIsTheResultOfItsCallOnly,
                            CallbacksAreForWhatCameOut, CallbacksAreForAllResultsOfAMap, CallbacksAreCalledBeforeJoinReturns,
                            MapKeepsTheOrder, ChunksOfNothingAreRefused, MapTakesAnyRange, MapOfAFunctionWithoutResult,
                            MapFailsWithTheFirstErrorWhenAllAreDone, StarmapTakesTheArgumentsFromTuples, ImapGivesOneByOne,
                            ImapGivesAnErrorInItsPlace, ImapUnorderedDoesNotWaitForASlowOne, ImapKeepsItsTime,
                            ImapsNextWaitsForSoLongAndTheWalkGoesOn, ImapsNextKeepsTheTimeOfTheWhole, ImapGoesOnAfterClose,
                            ImapGivesWhatWasBegunAfterJoin, CloseTakesNoMoreAndDoesTheRest, TerminateGivesUpWhatHasNotBegun,
                            TheDestructorTerminates, ByDefaultThereIsAWorkerForEachProcessorToRunOn, NoWorkersAreRefused);

}  // namespace tandem::test
