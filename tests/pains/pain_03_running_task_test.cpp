// A running task cannot be cancelled or timed out (loky#176, pebble#25, taskflow#583).

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

TEST(Pain03, ATimeOutStopsTheTask) {
  futures::ProcessPoolExecutor pool{1};
  const auto before = pool.worker_pids();
  const auto begin = std::chrono::steady_clock::now();
  auto endless = pool.with({.timeout = 100ms, .name = "endless"}).submit(spin_for_ever);
  auto behind = pool.submit(next, 1);
  try {
    endless.result(20s);
    FAIL() << "no exception";
  } catch (const futures::TaskTimeout& late) {
    EXPECT_EQ(late.task(), "endless");
    EXPECT_EQ(late.timeout(), 100ms);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 100ms) << "not before its time";
  EXPECT_EQ(behind.result(20s), 2) << "a new worker takes the one that waited behind it";
  EXPECT_NE(pool.worker_pids(), before);
  EXPECT_TRUE(eventually([&] { return ::kill(before[0], 0) == -1; })) << "the old one does not spin on";
}

TEST(Pain03, ARunningTaskIsStoppedOnRequest) {
  futures::ProcessPoolExecutor pool{1};
  const auto before = pool.worker_pids();
  auto endless = pool.submit(spin_for_ever);
  auto behind = pool.submit(next, 1);
  EXPECT_TRUE(eventually([&] { return endless.running(); }));
  EXPECT_FALSE(endless.cancel()) << "Python's cancel() is for what has not begun";
  EXPECT_TRUE(endless.terminate());
  EXPECT_THROW(endless.result(20s), futures::CancelledError);
  EXPECT_EQ(behind.result(20s), 2);
  EXPECT_TRUE(eventually([&] { return ::kill(before[0], 0) == -1; }));
}

TEST(Pain03, WhoIsInTimeIsLeftAlone) {
  futures::ProcessPoolExecutor pool{2};
  const auto before = pool.worker_pids();
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 200; ++i) all.push_back(pool.with({.timeout = 30s}).submit(next, i));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].result(), i + 1);
  EXPECT_EQ(pool.worker_pids(), before);
}

// Time-outs that coincide with the end of the task: each gives its result or the error, once, and the pool goes on.
TEST(Pain03, AResultOrATimeOutAndNeverBoth) {
  futures::ProcessPoolExecutor pool{2};
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 200; ++i) {
    all.push_back(pool.with({.timeout = 2ms})
                      .submit(
                          [](int n) {
                            std::this_thread::sleep_for(std::chrono::microseconds{1000 + 10 * (n % 200)});
                            return n;
                          },
                          i));
  }
  for (int i = 0; i < 200; ++i) {
    try {
      EXPECT_EQ(all[static_cast<std::size_t>(i)].result(60s), i);
    } catch (const futures::TaskTimeout&) {
      // equally right
    }
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

}  // namespace
}  // namespace tandem::test
