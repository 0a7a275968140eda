// Workers that take all the memory they may have: a sanitizer's allocator would end the process.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/crash/pool_fixture.hpp"
#include "tests/crash/pool_ledger.hpp"

namespace tandem::test {
namespace {

class PoolMemory : public PoolTest {};

std::vector<std::string>& leaked() {
  static std::vector<std::string> all;
  return all;
}
/// Every second task leaks.
int leak_or_not(ExecutionsOfAll executions, int task) {
  constexpr std::size_t most = std::size_t{1} << 30;
  note_begun(executions, task);
  for (std::size_t bytes = 0; task % 2 == 0 && bytes < most; bytes += 1 << 20) leaked().emplace_back(1 << 20, 'x');
  note_ended(executions, task);
  return task;
}

TEST_F(PoolMemory, TasksThatLeakUpToTheirLimitFailAlone) {
  constexpr int tasks = 80;
  PoolLedger ledger{tasks};
  {
    // What a worker leaked before is not the next one's; but the machine's, unless workers are replaced.
    futures::ProcessPoolExecutor pool{{.max_workers = 2, .max_tasks_per_child = 8}};
    std::vector<futures::Future<int>> all;
    for (int i = 0; i < tasks; ++i) {
      const futures::TaskOptions options{.memory_limit = i % 2 == 0 ? std::optional{std::size_t{32} << 20} : std::nullopt};
      all.push_back(pool.with(options).submit(leak_or_not, ledger.executions(), i));
      ledger.watch(i, all.back());
    }
    for (int i = 0; i < tasks; ++i) {
      const auto& future = all[static_cast<std::size_t>(i)];
      if (i % 2 == 0) {
        EXPECT_THROW(future.result(patience), futures::TaskMemoryExceeded);
      } else {
        EXPECT_EQ(future.result(patience), i);
      }
      ledger.found(i, i % 2 != 0);
    }
    EXPECT_TRUE(is_at_full_size(pool));
  }
  ledger.expect_one_end_each();
  EXPECT_EQ(ledger.begun(), static_cast<std::uint32_t>(tasks)) << "no worker was lost, and no task";
}

}  // namespace
}  // namespace tandem::test
