#include "tandem/platform/futex.hpp"

#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

timespec absolute(Deadline deadline) noexcept {
  const auto since_epoch = deadline.when().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  timespec time{};
  time.tv_sec = seconds.count();
  time.tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count();
  return time;
}

}  // namespace

FutexWait futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  static_assert(sizeof(word) == 4 && base::Atomic<std::uint32_t>::is_always_lock_free, "the kernel reads the word as it is");
  // Not only passed(): a time before the clock's epoch is invalid to the kernel, and "invalid" would read as "woken" for ever.
  if (deadline.when() <= Deadline::TimePoint{}) return FutexWait::timed_out;
  // FUTEX_WAIT_BITSET takes an absolute time on CLOCK_MONOTONIC, which is what libstdc++'s steady_clock reads.
  timespec time{};
  if (!deadline.is_never()) time = absolute(deadline);
  const long result = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                                deadline.is_never() ? nullptr : &time, nullptr, FUTEX_BITSET_MATCH_ANY);
  return result == -1 && errno == ETIMEDOUT ? FutexWait::timed_out : FutexWait::woken_or_changed;
}

void futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0);
}

}  // namespace tandem::platform
