// Memory grows, because map() reads all of its range before it gives the first result (cpython gh-74028).

#include <algorithm>
#include <ranges>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"

namespace tandem::test {
namespace {

constexpr int ten_million = 10'000'000;

/// Walks over map() of that many items and says how many it had read ahead of the results at the most.
template <class E>
int furthest_ahead(E& executor, int items, futures::MapOptions options) {
  int read = 0;
  int taken = 0;
  int most = 0;
  const auto noted = std::views::iota(0, items) | std::views::transform([&](int n) {
                       read = std::max(read, n + 1);  // who looks at an element twice has still read one
                       return n;
                     });
  for (const int result : executor.map(next, noted, options)) {
    most = std::max(most, read - taken);
    EXPECT_EQ(result, ++taken);
  }
  EXPECT_EQ(taken, items);
  return most;
}

TEST(Pain18, MapOverTenMillionItemsReadsFewAhead) {
  futures::ProcessPoolExecutor pool{2};
  EXPECT_LE(furthest_ahead(pool, ten_million, {.chunksize = 10'000}), (4 * 2 + 2) * 10'000);
}

TEST(Pain18, ABufferSizeIsKeptTo) {
  futures::ProcessPoolExecutor pool{2};
  EXPECT_LE(furthest_ahead(pool, 10'000, {.chunksize = 10, .buffersize = 100}), 100 + 2 * 10);
  futures::ThreadPoolExecutor threads{2};
  EXPECT_LE(furthest_ahead(threads, 10'000, {.buffersize = 16}), 16 + 1);
}

/// An item that counts how many of it there are.
class Counted {
 public:
  Counted(int number, base::Atomic<int>& alive) noexcept : number_{number}, alive_{&alive} { alive_->fetch_add(1); }
  Counted(const Counted& other) noexcept : Counted{other.number_, *other.alive_} {}
  Counted& operator=(const Counted&) = delete;
  ~Counted() { alive_->fetch_sub(1); }
  int number() const noexcept { return number_; }

 private:
  int number_;
  base::Atomic<int>* alive_;
};

/// Walks over the first `steps` results of a map over ten million items; gives the most items that were ever alive.
template <class Pool>
int most_alive(Pool& pool, int steps) {
  base::Atomic<int> alive{0};
  int most = 0;
  const auto work = [](const Counted& item) { return item.number(); };
  const auto all = std::views::iota(0, ten_million) | std::views::transform([&](int n) { return Counted{n, alive}; });
  int expected = 0;
  for (const int result : pool.map(work, all)) {
    EXPECT_EQ(result, expected++);
    most = std::max(most, alive.load());
    if (expected == steps) break;
  }
  EXPECT_EQ(expected, steps);
  return most;
}

TEST(Pain18, AMapOverTenMillionHasABoundedNumberInFlight) {
  futures::ThreadPoolExecutor pool{3};
  EXPECT_LE(most_alive(pool, 100'000), 64) << "four for each worker, and copies of those that are being handed over";
}

// Where the walk itself is a task of the pool, it runs most of the work in its own thread, and what it has run goes.
TEST(Pain18, SoHasOneByATaskOfThePool) {
  futures::ThreadPoolExecutor pool{1};
  EXPECT_LE(pool.submit([&] { return most_alive(pool, 100'000); }).result(), 64);
}

}  // namespace
}  // namespace tandem::test
