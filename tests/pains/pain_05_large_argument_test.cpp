// An executor deadlocks when a child dies during a large send (cpython gh-94777, gh-105829).

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/pains/tasks.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

std::size_t length(std::string text) { return text.size(); }

TEST(Pain05, AWorkerKilledWhileItReceives64MiB) {
  constexpr std::size_t size = 64 * 1024 * 1024;
  const std::string large(size, 'x');
  futures::ProcessPoolExecutor pool{1};
  auto random = random_engine();
  int crashed = 0;
  for (int round = 0; round < 12; ++round) {
    const int pid = pool.submit([] { return static_cast<int>(::getpid()); }).result(20s);
    auto future = pool.submit(length, large);
    // Somewhere in the time that the worker takes to read it.
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 60'000});
    ::kill(pid, SIGKILL);
    try {
      EXPECT_EQ(future.result(60s), size);  // it was quicker, or the task had not begun and was given to the next
    } catch (const futures::WorkerCrashed& crash) {
      EXPECT_EQ(crash.signal(), SIGKILL);
      ++crashed;
    }
    EXPECT_EQ(pool.submit(next, 1).result(20s), 2) << "the pool goes on";
  }
  RecordProperty("crashed", crashed);
}

}  // namespace
}  // namespace tandem::test
