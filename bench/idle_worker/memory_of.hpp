#pragma once

#include <cstdint>

#include <sys/types.h>

namespace tandem::bench {

/// What a process has in memory, in bytes.
struct Memory {
  std::uint64_t pss;  ///< Each page divided by the number of processes that have it.
  std::uint64_t own;  ///< Of pages that no other process has: what would be free again if it were gone.
};

/// From /proc/PID/smaps_rollup. Throws std::runtime_error if that cannot be read.
Memory memory_of(pid_t process);

}  // namespace tandem::bench
