// Tasks that take much memory.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;

TEST(ProcessPool, ATaskBeyondItsMemoryLimitFailsAlone) {
  ProcessPoolExecutor pool{1};
  const auto before = pool.worker_pids();
  const auto fill = [](std::size_t size) { return std::string(size, 'x').size(); };
  auto future = pool.with({.memory_limit = 64 << 20, .name = "large"}).submit(fill, std::size_t{300} << 20);
  try {
    future.result(20s);
    FAIL() << "no exception";
  } catch (const TaskMemoryExceeded& error) {
    EXPECT_STREQ(error.what(), "task 'large' needs more than its memory limit of 64 MiB");
  }
  EXPECT_EQ(pool.with({.memory_limit = 64 << 20}).submit(fill, std::size_t{1} << 20).result(20s), std::size_t{1} << 20);
  EXPECT_EQ(pool.submit(fill, std::size_t{300} << 20).result(20s), std::size_t{300} << 20) << "the limit was the task's own";
  EXPECT_EQ(pool.worker_pids(), before);
}

TEST(ProcessPool, AMemoryLimitBeyondAllMemoryIsNone) {
  ProcessPoolExecutor pool{1};
  const auto fill = [](std::size_t size) { return std::string(size, 'x').size(); };
  for (const std::size_t limit : {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX - 4096}) {
    EXPECT_EQ(pool.with({.memory_limit = limit}).submit(fill, std::size_t{300} << 20).result(20s), std::size_t{300} << 20) << limit;
  }
}

TEST(ProcessPool, AMemoryLimitOfNothingIsRefused) {
  ProcessPoolExecutor pool{1};
  try {
    pool.with({.memory_limit = 0}).submit([] { return 1; });
    FAIL() << "no exception";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string{error.what()}.find("leave memory_limit out"), std::string::npos) << error.what();
  }
}

TEST(ProcessPool, AResultOf1GiB) {
  ProcessPoolExecutor pool{1};
  auto future = pool.submit([](std::size_t size) { return std::string(size, 'y'); }, std::size_t{1} << 30);
  const std::string text = std::move(future).result();
  ASSERT_EQ(text.size(), std::size_t{1} << 30);
  EXPECT_EQ(text.front(), 'y');
  EXPECT_EQ(text.back(), 'y');
}

}  // namespace
}  // namespace tandem::futures
