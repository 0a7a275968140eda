#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "bench/support/shared/shared_futex.hpp"

namespace tandem::bench {

/// What one process of a crew and the one that measures tell each other. Lies in memory that both have, on cache lines of its own:
/// counting is not to be what is measured.
class alignas(128) ProcessSeat {
 public:
  // Of its process:

  /// Says that it is there, and sleeps until all are.
  void begin();
  bool goes_on() const noexcept { return state_.load(std::memory_order_relaxed) != stopped; }
  void did_one() noexcept { done_.store(done_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  /// What it has to say at the end. Its processor time since begin() is taken down as well.
  void finish(std::uint64_t result);

  // Of the one that measures:

  bool is_ready() const noexcept { return state_.load(std::memory_order_acquire) != coming; }
  void let_begin();
  /// goes_on() is false from now on.
  void stop() noexcept;
  bool is_finished() const noexcept { return state_.load(std::memory_order_acquire) == finished; }
  /// How many operations it has done up to now.
  std::uint64_t done() const noexcept { return done_.load(std::memory_order_relaxed); }
  /// Both when it has finished only.
  std::uint64_t result() const noexcept { return result_.load(std::memory_order_relaxed); }
  std::chrono::nanoseconds cpu_time() const noexcept { return std::chrono::nanoseconds{cpu_time_.load(std::memory_order_relaxed)}; }

 private:
  enum State : std::uint32_t { coming, ready, begun, stopped, finished };

  FutexWord state_{coming};  // its process sleeps on it while it is `ready`
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> result_{0};
  std::atomic<std::int64_t> cpu_time_{0};  // until it has finished: the time before begin(), negative
};

using ProcessSeats = std::array<ProcessSeat, 16>;

}  // namespace tandem::bench
