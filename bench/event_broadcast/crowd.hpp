#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "bench/support/bare_futex.hpp"
#include "bench/support/contender.hpp"

namespace tandem::bench {

inline constexpr std::uint32_t crowd_size = 1'000;

/// Counts 1,000 threads down; one thread waits until all have been counted. The same for all contenders.
class Countdown {
 public:
  void count() noexcept {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) futex_wake(left_, 1);
  }
  /// Then counts from the beginning again.
  void wait() noexcept {
    for (std::uint32_t left = left_.load(std::memory_order_acquire); left != 0; left = left_.load(std::memory_order_acquire)) {
      futex_wait(left_, left);
    }
    left_.store(crowd_size, std::memory_order_relaxed);
  }

 private:
  FutexWord left_{crowd_size};
};

/// Waits until this is the only thread of the process that does not sleep.
void wait_until_all_sleep();

/// Figure: from announce(lap) until the last of 1,000 threads has returned from await(lap, here), which calls here() and then waits
/// for that announcement. Laps count from 1. All of them sleep by the time it comes: whoever looks around for a while before going
/// to sleep is not to be met awake.
template <class Await, class Announce>
double broadcast(const Order& order, Await await, Announce announce) {
  using Clock = std::chrono::steady_clock;
  Countdown here;
  Countdown ran;
  std::atomic<bool> over{false};  // set before the last announcement
  std::vector<std::thread> crowd;
  for (std::uint32_t i = 0; i < crowd_size; ++i) {
    crowd.emplace_back([&] {
      for (std::uint32_t mine = 1;; ++mine) {
        await(mine, [&] { here.count(); });
        const bool is_over = over.load(std::memory_order_acquire);
        ran.count();
        if (is_over) return;
      }
    });
  }
  std::uint32_t now = 1;
  const double figure = measure_laps(order, [&] {
    here.wait();
    wait_until_all_sleep();
    const auto begin = Clock::now();
    announce(now);
    ran.wait();
    ++now;
    return Clock::now() - begin;
  });
  here.wait();
  over.store(true, std::memory_order_release);
  announce(now);
  for (std::thread& thread : crowd) thread.join();
  return figure;
}

}  // namespace tandem::bench
