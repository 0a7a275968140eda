#pragma once

#include <cerrno>
#include <ctime>

#include "bench/support/bare_futex.hpp"

/// The kernel's futex for words in memory that processes share.
namespace tandem::bench {

/// May return early; look at the word again.
inline void shared_futex_wait(FutexWord& word, std::uint32_t expected) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, nullptr, nullptr, 0);
}
inline void shared_futex_wake(FutexWord& word, int count) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, count, nullptr, nullptr, 0);
}

}  // namespace tandem::bench
