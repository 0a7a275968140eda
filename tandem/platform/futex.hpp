#pragma once

#include <cstdint>

#include "tandem/base/atomics.hpp"
#include "tandem/base/deadline.hpp"

namespace tandem::platform {

/// The kernel's futex, for words private to this process. Both calls may return early and for no reason; who calls them looks at
/// the word again. A wake on a word whose memory is gone is harmless: the kernel looks for sleepers by address only.
enum class FutexWait { woken_or_changed, timed_out };

/// Sleeps while `word == expected`, at the latest until `deadline`.
FutexWait futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept;
/// Wakes up to `count` sleepers.
void futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept;

/// The same for words in memory that several processes have mapped, at whatever addresses. A signal that was handled on this thread
/// meanwhile ends the sleep, too, and counts as a wake.
FutexWait shared_futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept;
/// Sleeps while `word == expected` and `own == own_expected`, where `own` is private to this process. Where the kernel forbids to
/// sleep on two words, it sleeps for a few milliseconds at most, and the caller looks at both again.
FutexWait shared_futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, const base::Atomic<std::uint32_t>& own,
                            std::uint32_t own_expected, Deadline deadline) noexcept;
/// Says how many it woke.
int shared_futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept;

}  // namespace tandem::platform
