#pragma once

#include <cstdint>

namespace tandem::platform {

/// A process, told apart from all others that had its pid before or will have it after: what a word in shared memory remembers its
/// owner by.
struct ProcessId {
  std::uint32_t pid = 0;
  std::uint32_t birth = 0;  ///< Low bits of the time when it began, as the kernel counts it.

  friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

/// The pids of Linux end below 2^22, so an owner and flags go together in one word.
inline constexpr int pid_bits = 22;

/// The calling process; in a forked child the child. Asks the kernel once.
ProcessId this_process() noexcept;

/// Whether it has certainly ended: there is no such pid, or a process that has ended and was not reaped, or one that was born at
/// another time. A stopped process has not; and if the kernel does not answer (no descriptor left), nothing is proven: false. Some
/// microseconds.
bool has_ended(ProcessId process) noexcept;

}  // namespace tandem::platform
