#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/deadline.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/crash/crash_fixture.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {

/// A crash test after which no pool has had a result too many: it says on stderr when it drops one.
class PoolTest : public CrashTest {
 protected:
  PoolTest() {
    if (!under_sanitizer) ::testing::internal::CaptureStderr();  // a sanitizer's report must be seen though the program ends there
  }
  ~PoolTest() override {
    if (under_sanitizer) return;
    const std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.find("is dropped"), std::string::npos) << said;
  }
};

inline bool meet(multiprocessing::Barrier all) {
  try {
    all.wait(std::chrono::seconds{5});
    return true;
  } catch (const multiprocessing::BrokenBarrierError&) {
    return false;
  }
}

/// Whether the pool has so many workers, and each of them works: they are all needed for tasks that wait for each other.
inline ::testing::AssertionResult is_at_full_size(futures::ProcessPoolExecutor& pool) {
  const auto workers = static_cast<std::size_t>(pool.max_workers());
  const auto all_meet = [&] {
    const multiprocessing::Barrier place{pool.max_workers()};
    std::vector<futures::Future<bool>> all;
    for (std::size_t i = 0; i < workers; ++i) all.push_back(pool.submit(meet, place));
    bool they_met = true;
    for (const auto& future : all) {
      try {
        they_met = future.result(patience) && they_met;
      } catch (const futures::WorkerCrashed&) {
        they_met = false;  // one that an earlier task had ruined
      }
    }
    return they_met;
  };
  return eventually([&] { return all_meet() && pool.worker_pids().size() == workers; });
}

}  // namespace tandem::test
