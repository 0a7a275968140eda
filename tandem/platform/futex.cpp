#include "tandem/platform/futex.hpp"

#include <array>
#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

// ThreadSanitizer keeps a signal back until the program's next atomic operation or intercepted call. One that comes between the
// caller's look at the word and the sleep would thus be handled after the sleep only, however long that is; so under it none is
// long.
#if defined(__SANITIZE_THREAD__)
constexpr bool signals_are_kept_back = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
constexpr bool signals_are_kept_back = true;
#else
constexpr bool signals_are_kept_back = false;
#endif
#else
constexpr bool signals_are_kept_back = false;
#endif

timespec absolute(Deadline deadline) noexcept {
  const auto since_epoch = deadline.when().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  timespec time{};
  time.tv_sec = seconds.count();
  time.tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count();
  return time;
}

/// Whose words they are.
enum Scope : int { of_this_process = FUTEX_PRIVATE_FLAG, of_several_processes = 0 };

FutexWait sleep_until(const base::Atomic<std::uint32_t>& word, Scope scope, std::uint32_t expected, Deadline deadline) noexcept {
  // FUTEX_WAIT_BITSET takes an absolute time on CLOCK_MONOTONIC, which is what libstdc++'s steady_clock reads.
  timespec time{};
  if (!deadline.is_never()) time = absolute(deadline);
  const long result = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | scope, expected, deadline.is_never() ? nullptr : &time,
                                nullptr, FUTEX_BITSET_MATCH_ANY);
  return result == -1 && errno == ETIMEDOUT ? FutexWait::timed_out : FutexWait::woken_or_changed;
}

FutexWait wait(const base::Atomic<std::uint32_t>& word, Scope scope, std::uint32_t expected, Deadline deadline) noexcept {
  static_assert(sizeof(word) == 4 && base::Atomic<std::uint32_t>::is_always_lock_free, "the kernel reads the word as it is");
  // Not only passed(): a time before the clock's epoch is invalid to the kernel, and "invalid" would read as "woken" for ever.
  if (deadline.when() <= Deadline::TimePoint{}) return FutexWait::timed_out;
  if constexpr (signals_are_kept_back) {
    const Deadline slice = std::chrono::milliseconds{50};
    // Its end reads as "woken for no reason", which the caller must reckon with anyway.
    if (slice < deadline) {
      sleep_until(word, scope, expected, slice);
      return FutexWait::woken_or_changed;
    }
  }
  return sleep_until(word, scope, expected, deadline);
}

}  // namespace

FutexWait futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  return wait(word, of_this_process, expected, deadline);
}

FutexWait shared_futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  return wait(word, of_several_processes, expected, deadline);
}

FutexWait shared_futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, const base::Atomic<std::uint32_t>& own,
                            std::uint32_t own_expected, Deadline deadline) noexcept {
  if (deadline.when() <= Deadline::TimePoint{}) return FutexWait::timed_out;
  std::array<futex_waitv, 2> words{};
  words[0] = {.val = expected, .uaddr = reinterpret_cast<std::uintptr_t>(&word), .flags = FUTEX_32, .__reserved = 0};
  words[1] = {.val = own_expected,
              .uaddr = reinterpret_cast<std::uintptr_t>(&own),
              .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG,
              .__reserved = 0};
  timespec time{};
  if (!deadline.is_never()) time = absolute(deadline);
  const long result =
      ::syscall(SYS_futex_waitv, words.data(), words.size(), 0, deadline.is_never() ? nullptr : &time, CLOCK_MONOTONIC);
  if (result == -1 && errno == ETIMEDOUT) return FutexWait::timed_out;
  if (result == -1 && (errno == ENOSYS || errno == EPERM)) {
    const Deadline soon = std::chrono::milliseconds{5};
    if (soon < deadline) {
      sleep_until(word, of_several_processes, expected, soon);
      return FutexWait::woken_or_changed;
    }
    return sleep_until(word, of_several_processes, expected, deadline);
  }
  return FutexWait::woken_or_changed;
}

int shared_futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept {
  const long woken = ::syscall(SYS_futex, &word, FUTEX_WAKE, count, nullptr, nullptr, 0);
  return woken > 0 ? static_cast<int>(woken) : 0;
}

void futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0);
}

}  // namespace tandem::platform
