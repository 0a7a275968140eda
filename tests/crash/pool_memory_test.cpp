// Workers that take all the memory they may have: a sanitizer's allocator would end the process.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/crash/crash_fixture.hpp"

namespace tandem::test {
namespace {

class PoolMemory : public CrashTest {};

std::vector<std::string>& leaked() {
  static std::vector<std::string> all;
  return all;
}
std::size_t leak_until_refused(std::size_t most) {
  for (std::size_t bytes = 0; bytes < most; bytes += 1 << 20) leaked().emplace_back(1 << 20, 'x');
  return leaked().size();
}
int half(int n) { return n / 2; }

TEST_F(PoolMemory, TasksThatLeakUpToTheirLimitFailAlone) {
  // What a worker leaked before is not the next one's; but the machine's, unless workers are replaced.
  futures::ProcessPoolExecutor pool{{.max_workers = 2, .max_tasks_per_child = 4}};
  std::vector<futures::Future<std::size_t>> leaks;
  std::vector<futures::Future<int>> others;
  for (int i = 0; i < 40; ++i) {
    leaks.push_back(pool.with({.memory_limit = std::size_t{32} << 20}).submit(leak_until_refused, std::size_t{1} << 30));
    others.push_back(pool.submit(half, i));
  }
  for (auto& future : leaks) EXPECT_THROW(future.result(patience), futures::TaskMemoryExceeded);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(others[static_cast<std::size_t>(i)].result(patience), i / 2);
}

}  // namespace
}  // namespace tandem::test
