#include "bench/support/shared/process_seat.hpp"

#include <sys/resource.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {
namespace {

/// What this process has used up to now, in user and kernel mode.
std::chrono::nanoseconds used() {
  rusage usage{};
  check(::getrusage(RUSAGE_SELF, &usage) == 0, "getrusage");
  const auto time = [](const timeval& value) {
    return std::chrono::seconds{value.tv_sec} + std::chrono::microseconds{value.tv_usec};
  };
  return time(usage.ru_utime) + time(usage.ru_stime);
}

}  // namespace

void ProcessSeat::begin() {
  state_.store(ready, std::memory_order_release);
  while (state_.load(std::memory_order_acquire) == ready) shared_futex_wait(state_, ready);
  cpu_time_.store(-used().count(), std::memory_order_relaxed);
}

void ProcessSeat::finish(std::uint64_t result) {
  result_.store(result, std::memory_order_relaxed);
  cpu_time_.fetch_add(used().count(), std::memory_order_relaxed);
  state_.store(finished, std::memory_order_release);
}

void ProcessSeat::let_begin() {
  state_.store(begun, std::memory_order_release);
  shared_futex_wake(state_, 1);
}

void ProcessSeat::stop() noexcept {
  std::uint32_t now = begun;
  state_.compare_exchange_strong(now, stopped, std::memory_order_relaxed);  // it may have finished by itself
}

}  // namespace tandem::bench
