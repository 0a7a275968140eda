// max_tasks_per_child deadlocks, or strands work (cpython gh-115634, gh-119592).

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/under_sanitizer.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

constexpr int scale = under_sanitizer ? 10 : 1;  // a process takes ten times as long to make

void run(int tasks, int tasks_per_child) {
  futures::ProcessPoolExecutor pool{{.max_workers = 2, .max_tasks_per_child = tasks_per_child}};
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < tasks; ++i) all.push_back(pool.submit(next, i));
  for (int i = 0; i < tasks; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)].result(60s), i + 1) << i << " of " << tasks;
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 2; })) << "the pool is at its full size";
}

TEST(Pain04, TenThousandTasksWithOneForEachWorker) { run(10'000 / scale, 1); }
TEST(Pain04, TenThousandTasksWithTwoForEachWorker) { run(10'000 / scale, 2); }
TEST(Pain04, TenThousandTasksWithThreeForEachWorker) { run(10'000 / scale, 3); }

TEST(Pain04, FewTasksWithFewForEachWorker) {
  for (const int tasks : {1, 2, 3}) {
    for (const int each : {1, 2, 3, 10'000}) run(tasks, each);
  }
}

TEST(Pain04, AnEndWhileWorkersAreReplaced) {
  for (int i = 0; i < 30; ++i) {
    std::vector<futures::Future<int>> all;
    {
      futures::ProcessPoolExecutor pool{{.max_workers = 2, .max_tasks_per_child = 1}};
      for (int n = 0; n < i; ++n) all.push_back(pool.submit(next, n));
    }
    for (int n = 0; n < i; ++n) EXPECT_EQ(all[static_cast<std::size_t>(n)].result(20s), n + 1);
  }
}

}  // namespace
}  // namespace tandem::test
