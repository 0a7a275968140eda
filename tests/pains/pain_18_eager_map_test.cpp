// Memory grows, because map() reads all of its range before it gives the first result (cpython gh-74028).

#include <algorithm>
#include <ranges>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tandem::test
