// What is particular to a PriorityQueue: which item is the smallest, and what happens when that cannot be told. The rest is in
// tests/conformance.

#include "tandem/queue/priority_queue.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hpp"

namespace tandem::queue {
namespace {

struct Job {
  int priority;
  int number;
  friend bool operator<(const Job& a, const Job& b) { return a.priority < b.priority; }
};

TEST(PriorityQueue, GivesTheSmallestFirst) {
  PriorityQueue<std::pair<int, std::string>> work;
  work.put({2, "later"});
  work.put({3, "last"});
  work.put({1, "now"});
  EXPECT_EQ(work.get().second, "now");
  EXPECT_EQ(work.get().second, "later");
  work.put({0, "at once"});
  EXPECT_EQ(work.get().second, "at once");
  EXPECT_EQ(work.get().second, "last");
}

// Python's heap gives equal items in any order; here it is that of putting, so that nobody waits for ever behind later ones.
TEST(PriorityQueue, GivesEqualItemsInTheOrderOfPutting) {
  auto random = test::random_engine();
  PriorityQueue<Job> jobs;
  std::vector<Job> expected;
  for (int round = 0; round < 50; ++round) {
    const int puts = static_cast<int>(random() % 40);
    for (int i = 0; i < puts; ++i) {
      const Job job{static_cast<int>(random() % 4), round * 100 + i};
      jobs.put(job);
      expected.push_back(job);
    }
    std::ranges::stable_sort(expected, std::less{});
    const std::size_t gets = random() % (expected.size() + 1);
    for (std::size_t i = 0; i < gets; ++i) {
      const Job got = jobs.get();
      ASSERT_EQ(got.priority, expected[i].priority);
      ASSERT_EQ(got.number, expected[i].number);
    }
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(gets));
  }
  EXPECT_EQ(jobs.qsize(), expected.size());
}

TEST(PriorityQueue, MayHaveAnotherOrder) {
  PriorityQueue<int, std::greater<>> largest;
  for (const int i : {2, 3, 1}) largest.put(i);
  EXPECT_EQ(largest.get(), 3);
  EXPECT_EQ(largest.get(), 2);
  EXPECT_EQ(largest.get(), 1);
}

TEST(PriorityQueue, TheOrderMayHaveAState) {
  const std::vector rank{2, 0, 1};
  const auto by_rank = [&rank](int a, int b) { return rank[static_cast<std::size_t>(a)] < rank[static_cast<std::size_t>(b)]; };
  PriorityQueue<int, decltype(by_rank)> queue{0, by_rank};
  for (const int i : {0, 1, 2}) queue.put(i);
  EXPECT_EQ(queue.get(), 1);
  EXPECT_EQ(queue.get(), 2);
  EXPECT_EQ(queue.get(), 0);
  queue.put(0);
  queue.shutdown(true);
  EXPECT_TRUE(queue.empty());
}

TEST(PriorityQueue, OrdersWhatCanOnlyBeMoved) {
  const auto by_value = [](const auto& a, const auto& b) { return *a < *b; };
  PriorityQueue<std::unique_ptr<int>, decltype(by_value)> queue;
  for (const int i : {3, 1, 2}) queue.put(std::make_unique<int>(i));
  for (const int i : {1, 2, 3}) EXPECT_EQ(*queue.get(), i);
}

struct Incomparable : std::runtime_error {
  Incomparable() : std::runtime_error{"cannot be compared"} {}
};

/// Fails at the n-th comparison from now on.
struct Failing {
  static inline int left = 0;
  bool operator()(int a, int b) const {
    if (left > 0 && --left == 0) throw Incomparable{};
    return a < b;
  }
};

// Wherever in a heap of any shape that happens: nothing was put, nothing was taken, and the order still holds. (Moves that throw as
// well are tried in tests/conformance.)
TEST(PriorityQueue, AComparisonThatThrowsLeavesItWhole) {
  auto random = test::random_engine();
  int thrown = 0;
  for (int round = 0; round < 300; ++round) {
    PriorityQueue<int, Failing> queue;
    std::vector<int> inside;
    const auto put = [&](int item) {
      queue.put(item);
      inside.insert(std::ranges::upper_bound(inside, item), item);
    };
    const std::size_t size = random() % 40;
    for (std::size_t i = 0; i < size; ++i) put(static_cast<int>(random() % 20));
    for (int attempt = 0; attempt < 10; ++attempt) {
      Failing::left = 1 + static_cast<int>(random() % 8);
      try {
        if (random() % 2 == 0) {
          put(static_cast<int>(random() % 20));
        } else if (const auto item = queue.try_get()) {
          ASSERT_EQ(*item, inside.front());
          inside.erase(inside.begin());
        }
      } catch (const Incomparable&) {
        ++thrown;
      }
      Failing::left = 0;
      ASSERT_EQ(queue.qsize(), inside.size());
    }
    for (const int item : inside) ASSERT_EQ(queue.get_nowait(), item);
    for (std::size_t i = 0; i < inside.size(); ++i) queue.task_done();
  }
  EXPECT_GT(thrown, 0);
}

TEST(PriorityQueue, AnItemThatCannotBeComparedStaysOutside) {
  struct Throwing {
    bool operator()(const std::string& a, const std::string& b) const {
      if (a == "odd" || b == "odd") throw Incomparable{};
      return a < b;
    }
  };
  PriorityQueue<std::string, Throwing> queue;
  queue.put("even");
  std::string odd{"odd"};
  EXPECT_THROW(queue.try_put(std::move(odd)), Incomparable);
  EXPECT_EQ(odd, "odd") << "and its owner still has it";  // NOLINT
  EXPECT_EQ(queue.get(), "even");
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace tandem::queue
