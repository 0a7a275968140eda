#pragma once

#include <atomic>
#include <cstdint>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The kernel's futex with nothing around it: what waiting costs at least, and not a layer of ours.
namespace tandem::bench {

using FutexWord = std::atomic<std::uint32_t>;

/// May return early; look at the word again.
inline void futex_wait(FutexWord& word, std::uint32_t expected) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}
inline void futex_wake(FutexWord& word, int count) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace tandem::bench
