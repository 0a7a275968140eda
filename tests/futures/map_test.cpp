// map(): results in order, lazily, with a bounded number under way.

#include "tandem/futures/map.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using threading::Thread;

int twice(int n) { return 2 * n; }

template <class Range>
auto collect(Range&& range) {
  std::vector<std::ranges::range_value_t<Range>> all;
  for (auto& item : range) all.push_back(std::move(item));
  return all;
}

TEST(Map, GivesResultsInTheOrderOfTheItems) {
  ThreadPoolExecutor pool{4};
  const std::vector items{5, 4, 3, 2, 1};
  EXPECT_EQ(collect(pool.map(twice, items)), (std::vector{10, 8, 6, 4, 2}));
  std::vector<int> many(1000);
  std::ranges::copy(std::views::iota(0, 1000), many.begin());
  std::vector<int> expected;
  for (const int n : many) expected.push_back(2 * n);
  EXPECT_EQ(collect(pool.map(twice, many)), expected);
}

TEST(Map, OverNothingIsNothing) {
  ThreadPoolExecutor pool{2};
  EXPECT_TRUE(collect(pool.map(twice, std::vector<int>{})).empty());
  EXPECT_TRUE(collect(pool.map(twice, std::views::empty<int>)).empty());
}

TEST(Map, TakesRangesOfManyKinds) {
  ThreadPoolExecutor pool{2};
  const std::vector expected{2, 4, 6};
  EXPECT_EQ(collect(pool.map(twice, std::vector{1, 2, 3})), expected) << "a temporary is kept";
  EXPECT_EQ(collect(pool.map(twice, std::views::iota(1, 4))), expected);
  std::vector items{1, 2, 3};
  EXPECT_EQ(collect(pool.map(twice, items | std::views::filter([](int) { return true; }))), expected);
  std::istringstream stream{"1 2 3"};
  EXPECT_EQ(collect(pool.map(twice, std::views::istream<int>(stream))), expected) << "one that can be walked only once";
}

TEST(Map, TakesCallablesOfManyKinds) {
  ThreadPoolExecutor pool{2};
  const std::vector<std::string> words{"a", "bb", "ccc"};
  EXPECT_EQ(collect(pool.map(&std::string::size, words)), (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(collect(pool.map([owned = std::make_unique<int>(10)](int n) { return n + *owned; }, std::vector{1, 2})),
            (std::vector{11, 12}));
}

TEST(Map, ResultsMayBeMoveOnlyOrOptional) {
  ThreadPoolExecutor pool{2};
  int sum = 0;
  for (std::unique_ptr<int>& result : pool.map([](int n) { return std::make_unique<int>(n); }, std::vector{1, 2, 3})) {
    sum += *result;
  }
  EXPECT_EQ(sum, 6);
  const auto odd = [](int n) { return n % 2 == 1 ? std::optional{n} : std::nullopt; };
  EXPECT_EQ(collect(pool.map(odd, std::vector{1, 2, 3})), (std::vector<std::optional<int>>{1, std::nullopt, 3}))
      << "an empty optional is a result and not the end";
}

TEST(Map, AReferenceComesBackAsACopy) {
  ThreadPoolExecutor pool{2};
  static const std::vector<std::string> words{"zero", "one"};
  EXPECT_EQ(collect(pool.map([](std::size_t i) -> const std::string& { return words[i]; }, std::vector<std::size_t>{1, 0})),
            (std::vector<std::string>{"one", "zero"}));
}

// PAINS 18: the range may be endless; what is begun is bounded, and nothing is begun that nobody asks for.
TEST(Map, OverAnEndlessRangeBeginsABoundedNumber) {
  ThreadPoolExecutor pool{2};
  base::Atomic<int> begun{0};
  {
    auto results = pool.map(
        [&](int n) {
          ++begun;
          return n;
        },
        std::views::iota(0), {.buffersize = 5});
    ASSERT_TRUE(eventually([&] { return begun.load() == 5; }));
    int expected = 0;
    for (const int result : results) {
      ASSERT_EQ(result, expected++);
      ASSERT_LE(begun.load(), expected + 5);
      if (expected == 10'000) break;
    }
  }
  EXPECT_LE(begun.load(), 10'005);
}

TEST(Map, BoundsItselfWhenNotTold) {
  base::Atomic<int> begun{0};
  ThreadPoolExecutor pool{3};
  const auto count = [&](int n) {
    ++begun;
    return n;
  };
  auto results = pool.map(count, std::views::iota(0));
  ASSERT_TRUE(eventually([&] { return begun.load() == 12; })) << "four for each worker";
  EXPECT_EQ(*results.begin(), 0);
  ASSERT_TRUE(eventually([&] { return begun.load() == 13; })) << "one more for the one that was taken";
}

// Ten million items, each held by what is in flight only.
TEST(Map, HoldsNoMoreThanWhatIsInFlight) {
  ThreadPoolExecutor pool{2};
  base::Atomic<int> live{0};
  base::Atomic<int> most{0};
  const auto count_live = [&](int delta) {
    const int now = live.fetch_add(delta) + delta;
    int seen = most.load();
    while (now > seen && !most.compare_exchange_weak(seen, now)) {
    }
  };
  const auto tracked = [&](int n) {
    count_live(1);
    return std::shared_ptr<int>{new int{n}, [&](int* p) {
                                  delete p;
                                  count_live(-1);
                                }};
  };
  int taken = 0;
  for (auto& result : pool.map(tracked, std::views::iota(0, 10'000'000), {.buffersize = 16})) {
    ASSERT_EQ(*result, taken);
    if (++taken == 20'000) break;
  }
  EXPECT_LE(most.load(), 18) << "sixteen, the one in hand and the one that takes its place";
  EXPECT_TRUE(eventually([&] { return live.load() == 0; }));
}

TEST(Map, AnExceptionComesInItsPlace) {
  ThreadPoolExecutor pool{2};
  const auto fails_at_3 = [](int n) {
    if (n == 3) throw std::out_of_range{"three"};
    return n;
  };
  std::vector<int> before;
  try {
    for (const int result : pool.map(fails_at_3, std::views::iota(0))) before.push_back(result);
    FAIL() << "an endless range ended";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "three");
  }
  EXPECT_EQ(before, (std::vector{0, 1, 2}));
  EXPECT_EQ(pool.submit(twice, 4).result(), 8) << "the pool goes on";
}

TEST(Map, AnExceptionOfTheFirstComesFromBegin) {
  ThreadPoolExecutor pool{1};
  auto results = pool.map([](int) -> int { throw std::runtime_error{"x"}; }, std::vector{1});
  EXPECT_THROW(results.begin(), std::runtime_error);
}

// In Python a generator that raised is over; here the walk may be taken up again behind the failed one.
TEST(Map, TheRestCanBeHadAfterAnException) {
  ThreadPoolExecutor pool{2};
  auto results = pool.map(
      [](int n) {
        if (n % 2 == 0) throw n;
        return n;
      },
      std::vector{1, 2, 3, 4, 5});
  auto it = results.begin();
  EXPECT_EQ(*it, 1);
  EXPECT_THROW(++it, int);
  ++it;
  EXPECT_EQ(*it, 3);
  EXPECT_THROW(++it, int);
  ++it;
  EXPECT_EQ(*it, 5);
  ++it;
  EXPECT_EQ(it, results.end());
}

TEST(Map, AThrowingRangeLeavesNothingRunning) {
  ThreadPoolExecutor pool{2};
  auto throws_at_3 = std::views::iota(0, 10) | std::views::transform([](int n) {
                       if (n == 3) throw std::runtime_error{"the range"};
                       return n;
                     });
  EXPECT_THROW(pool.map(twice, throws_at_3), std::runtime_error);
}

TEST(Map, LeavingHalfwayCancelsWhatHasNotBegunAndWaitsForWhatHas) {
  ThreadPoolExecutor pool{1};
  sync::Event begun, gate;
  base::Atomic<int> ran{0};
  base::Atomic<bool> finished{false};
  Thread opener = Thread::started([&] {
    EXPECT_TRUE(begun.wait(20s));
    gate.set();
  });
  {
    auto results = pool.map(
        [&](int n) {
          ++ran;
          if (n == 1) {
            begun.set();
            gate.wait();
            finished = true;
          }
          return n;
        },
        std::views::iota(0), {.buffersize = 8});
    EXPECT_EQ(*results.begin(), 0);
    ASSERT_TRUE(begun.wait(20s));
  }
  EXPECT_TRUE(finished.load()) << "what had begun may use what ends now";
  pool.shutdown();
  EXPECT_LE(ran.load(), 9);
}

TEST(Map, DestroyedWithoutAStepDoesNoMoreThanItBegan) {
  base::Atomic<int> ran{0};
  ThreadPoolExecutor pool{1};
  const auto count = [&](int n) {
    ++ran;
    return n;
  };
  static_cast<void>(pool.map(count, std::views::iota(0), {.buffersize = 4}));
  pool.shutdown();
  EXPECT_LE(ran.load(), 4);
}

TEST(Map, ADeadlineIsForTheWholeOfIt) {
  ThreadPoolExecutor pool{2};
  sync::Event gate;
  {
    const auto begin = Deadline::Clock::now();  // before the deadline begins: what comes between counts for us
    auto results = pool.map(
        [&](int n) {
          if (n == 1) gate.wait();
          return n;
        },
        std::vector{0, 1, 2}, {.deadline = 500ms});
    auto it = results.begin();
    EXPECT_EQ(*it, 0);
    EXPECT_THROW(++it, TimeoutError);
    EXPECT_GE(Deadline::Clock::now() - begin, 500ms);
    EXPECT_THROW(++it, TimeoutError) << "the result is late, not lost";
    gate.set();
    ASSERT_TRUE(eventually([&] {
      try {
        ++it;
        return true;
      } catch (const TimeoutError&) {
        return false;
      }
    }));
    EXPECT_EQ(*it, 1);
  }
}

TEST(Map, MayBeMoved) {
  ThreadPoolExecutor pool{2};
  auto first = pool.map(twice, std::vector{1, 2, 3}, {.buffersize = 1});
  EXPECT_EQ(*first.begin(), 2);
  auto second = std::move(first);
  EXPECT_EQ(collect(second), (std::vector{4, 6}));
}

TEST(Map, WorksInsideAWorkerOfAOneThreadPool) {
  ThreadPoolExecutor pool{1};
  const auto sum = pool.submit([&] {
    int total = 0;
    for (const int n : pool.map(twice, std::views::iota(0, 100))) total += n;
    return total;
  });
  EXPECT_EQ(sum.result(), 9900);
}

TEST(Map, AfterShutdownIsRefused) {
  ThreadPoolExecutor pool{1};
  pool.shutdown();
  EXPECT_THROW(pool.map(twice, std::vector{1}), std::logic_error);
  EXPECT_NO_THROW(pool.map(twice, std::vector<int>{})) << "there is nothing to submit";
}

TEST(Map, ShutdownHalfwayLeavesWhatHasBegun) {
  ThreadPoolExecutor pool{2};
  auto all_begun = pool.map(twice, std::vector{1, 2, 3}, {.buffersize = 3});
  auto more_to_begin = pool.map(twice, std::vector{1, 2, 3, 4}, {.buffersize = 3});
  pool.shutdown();
  EXPECT_EQ(collect(all_begun), (std::vector{2, 4, 6}));
  auto step = more_to_begin.begin();
  EXPECT_EQ(*step, 2) << "what was begun before the end comes, although no item can follow it";
  EXPECT_EQ(*++step, 4);
  EXPECT_EQ(*++step, 6);
  try {
    ++step;
    FAIL() << "the fourth cannot be begun";
  } catch (const std::logic_error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("after 3 tasks"), std::string::npos) << text;
    EXPECT_NE(text.find("before shutdown()"), std::string::npos) << text;
  }
  ++step;
  EXPECT_TRUE(step == more_to_begin.end()) << "it is said once";
}

TEST(Map, ShutdownHalfwayLosesNothingThatComesAsCompleted) {
  ThreadPoolExecutor pool{2};
  auto results = pool.map(twice, std::views::iota(1), {.buffersize = 5, .as_completed = true});
  pool.shutdown();
  std::multiset<int> seen;
  const auto walk = [&] {
    for (const int result : results) seen.insert(result);
  };
  EXPECT_THROW(walk(), std::logic_error);
  EXPECT_EQ(seen, (std::multiset<int>{2, 4, 6, 8, 10}));
}

TEST(Map, AnErrorOfTheRangeComesAfterTheResultsBeforeIt) {
  ThreadPoolExecutor pool{1};
  for (const bool as_completed : {false, true}) {
    auto items = std::views::iota(1) | std::views::transform([](int n) {
                   if (n == 5) throw std::out_of_range{"no fifth"};
                   return n;
                 });
    auto results = pool.map(twice, items, {.buffersize = 2, .as_completed = as_completed});
    std::vector<int> seen;
    const auto walk = [&] {
      for (const int result : results) seen.push_back(result);
    };
    EXPECT_THROW(walk(), std::out_of_range);
    std::ranges::sort(seen);
    EXPECT_EQ(seen, (std::vector{2, 4, 6, 8}));
  }
}

}  // namespace
}  // namespace tandem::futures
