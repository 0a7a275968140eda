// Daemonic processes cannot have children, so workers cannot have pools (pebble#76).

#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

int sum_by_a_pool_of_its_own(int n) {
  futures::ProcessPoolExecutor pool{2};
  int sum = 0;
  for (const int result : pool.map(next, std::vector{n, n + 1, n + 2})) sum += result;
  return sum;
}

int deeper(int levels) {
  if (levels == 0) return static_cast<int>(::getpid());
  futures::ProcessPoolExecutor pool{1};
  return pool.submit(deeper, levels - 1).result();
}

TEST(Pain21, AWorkerMayHaveAPool) {
  futures::ProcessPoolExecutor pool{2};
  std::vector<futures::Future<int>> all;
  for (int i = 0; i < 6; ++i) all.push_back(pool.submit(sum_by_a_pool_of_its_own, i));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].result(60s), 3 * i + 6);
}

TEST(Pain21, AndItsWorkersToo) {
  futures::ProcessPoolExecutor pool{1};
  EXPECT_NE(pool.submit(deeper, 4).result(60s), static_cast<int>(::getpid()));
}

TEST(Pain21, ACrashInTheInnerPoolArrivesAsWhatItIs) {
  futures::ProcessPoolExecutor pool{1};
  auto future = pool.submit([] {
    futures::ProcessPoolExecutor inner{1};
    return inner.with({.name = "inner"}).submit(crash, SIGSEGV).result();
  });
  try {
    future.result(20s);
    FAIL() << "no exception";
  } catch (const futures::WorkerCrashed& crashed) {
    EXPECT_EQ(crashed.task(), "inner");
    EXPECT_EQ(crashed.signal(), SIGSEGV);
  }
}

TEST(Pain21, ItsWorkersEndWithItWhenItIsKilled) {
  futures::ProcessPoolExecutor pool{1};
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  auto future = pool.submit(
      [](platform::Fd out) {
        futures::ProcessPoolExecutor inner{1};
        const int pid = inner.worker_pids().front();
        if (::write(out.get(), &pid, sizeof pid) != sizeof pid) std::abort();
        return sleep_long();
      },
      platform::Fd{told[1]});
  int inner = 0;
  ASSERT_EQ(::read(told[0], &inner, sizeof inner), static_cast<ssize_t>(sizeof inner));
  ::close(told[0]);
  ::kill(pool.worker_pids().front(), SIGKILL);
  EXPECT_THROW(future.result(20s), futures::WorkerCrashed);
  EXPECT_TRUE(eventually([&] { return ::kill(inner, 0) == -1; }));
}

}  // namespace
}  // namespace tandem::test
