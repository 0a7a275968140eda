#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <random>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/under_sanitizer.hpp"

namespace tandem::test {

/// Kills a worker of the pool, whichever, every 10 ms, until it is told to stop or goes; under a sanitizer so much more seldom that
/// a worker has time to become one.
class PoolKiller {
  static constexpr std::chrono::milliseconds pause{under_sanitizer ? 100 : 10};

 public:
  PoolKiller(futures::ProcessPoolExecutor& pool, std::mt19937_64 random)
      : thread_{threading::Thread::started([&pool, random, this](std::stop_token stop) mutable {
          while (!stop.stop_requested()) {
            std::this_thread::sleep_for(pause);
            const auto pids = pool.worker_pids();
            if (!pids.empty() && ::kill(pids[random() % pids.size()], SIGKILL) == 0) ++kills_;
          }
        })} {}

  /// How often it has killed. Fails the test if that was too seldom for the test to say anything: a busy machine may hold up the
  /// killer, but hardly nine times out of ten.
  int stop() {
    thread_.request_stop();
    thread_.join();
    const auto expected = static_cast<int>((Deadline::Clock::now() - begun_) / pause);
    EXPECT_GE(kills_, std::max(1, expected / 10)) << "workers died too seldom";
    return kills_;
  }

 private:
  const Deadline::Clock::time_point begun_ = Deadline::Clock::now();
  std::atomic<int> kills_{0};
  threading::Thread thread_;
};

}  // namespace tandem::test
