// A pool hangs for ever when a worker is killed (cpython gh-66587, gh-96062).

#include <algorithm>
#include <chrono>
#include <csignal>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

TEST(Pain01, AKilledWorkerFailsItsTaskAndIsReplaced) {
  futures::ProcessPoolExecutor pool{2};
  auto doomed = pool.with({.name = "http://127.0.0.1/poison"}).submit(sleep_long);
  auto other = pool.submit(sleep_long);
  const auto before = pool.worker_pids();
  ASSERT_EQ(before.size(), 2U);
  ASSERT_TRUE(eventually([&] { return doomed.running() && other.running(); }));
  // Workers take tasks in the order of their slots or not: whoever is killed, one of the two fails, and the other goes on.
  ::kill(before[0], SIGKILL);
  ASSERT_TRUE(eventually([&] { return doomed.done() || other.done(); }));

  auto& failed = doomed.done() ? doomed : other;
  try {
    failed.result();
    FAIL() << "no exception";
  } catch (const futures::WorkerCrashed& crash) {
    EXPECT_EQ(crash.pid(), before[0]);
    EXPECT_EQ(crash.signal(), SIGKILL);
    EXPECT_EQ(crash.exit_code(), std::nullopt);
    EXPECT_NE(std::string{crash.what()}.find("SIGKILL"), std::string::npos);
    EXPECT_NE(std::string{crash.what()}.find(crash.task()), std::string::npos);
  }

  EXPECT_EQ(pool.submit(next, 1).result(20s), 2) << "a new worker does the work";
  ASSERT_TRUE(eventually([&] { return pool.worker_pids().size() == 2; }));
  const auto after = pool.worker_pids();
  EXPECT_EQ(std::count(after.begin(), after.end(), before[0]), 0);
  EXPECT_EQ(std::count(after.begin(), after.end(), before[1]), 1) << "the one that lived is still there";
  pool.shutdown(false, true);
  pool.kill_workers();
}

// The quickest of a few: if the machine is busy with something else, that is not the pool's doing.
TEST(Pain01, WhoWaitsLearnsOfItWithin200Milliseconds) {
  futures::ProcessPoolExecutor pool{2};
  auto quickest = std::chrono::steady_clock::duration::max();
  for (int round = 0; round < 10; ++round) {
    multiprocessing::Queue<int> begun;
    const auto doomed = pool.submit(
        [](multiprocessing::Queue<int> out) {
          out.put(static_cast<int>(::getpid()));
          ::pause();
        },
        begun);
    const int pid = begun.get(20s);
    const auto killed_at = std::chrono::steady_clock::now();
    ::kill(pid, SIGKILL);
    EXPECT_THROW(doomed.result(20s), futures::WorkerCrashed);
    quickest = std::min(quickest, std::chrono::steady_clock::now() - killed_at);
  }
  EXPECT_LT(quickest, 200ms);
}

TEST(Pain01, AnIdleWorkerThatIsKilledCostsNoTask) {
  futures::ProcessPoolExecutor pool{2};
  EXPECT_EQ(pool.submit(next, 1).result(), 2);
  for (int round = 0; round < 20; ++round) {
    for (const int pid : pool.worker_pids()) ::kill(pid, SIGKILL);
    std::vector<futures::Future<int>> all;
    for (int i = 0; i < 10; ++i) all.push_back(pool.submit(next, i));
    for (int i = 0; i < 10; ++i) {
      try {
        EXPECT_EQ(all[static_cast<std::size_t>(i)].result(20s), i + 1);
      } catch (const futures::WorkerCrashed&) {
        // It may have come to a worker in the moment before that one died, and have been begun: at most one for each worker.
      }
    }
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 2; }));
}

}  // namespace
}  // namespace tandem::test
