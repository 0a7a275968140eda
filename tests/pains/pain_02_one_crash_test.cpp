// One crash fails all futures and bricks the executor (cpython gh-101267; BrokenProcessPool everywhere).

#include <csignal>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"

namespace tandem::test {
namespace {

int crash_at_500(int n) { return n == 500 ? crash(SIGSEGV) : next(n); }

TEST(Pain02, OneCrashOfAThousandCostsOne) {
  futures::ProcessPoolExecutor pool{2};
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 1000; ++i) all.push_back(pool.submit(crash_at_500, i));
  int results = 0;
  int errors = 0;
  for (int i = 0; i < 1000; ++i) {
    try {
      EXPECT_EQ(all[static_cast<std::size_t>(i)].result(), i + 1);
      ++results;
    } catch (const futures::WorkerCrashed& crash) {
      EXPECT_EQ(i, 500);
      EXPECT_EQ(crash.signal(), SIGSEGV);
      ++errors;
    }
  }
  EXPECT_EQ(results, 999);
  EXPECT_EQ(errors, 1);
  EXPECT_EQ(pool.submit(next, 1).result(), 2) << "the executor goes on";
}

}  // namespace
}  // namespace tandem::test
