#pragma once

#include <atomic>
#include <cstdint>

/// The seam for atomics. The algorithms above (sync, queue, futures) take their atomic types and the processor's pause from here
/// and from nowhere else, so that a checked build can put another kind in their place and run them under an interleaving scheduler:
/// tests/interleaving has these headers once more, for itself.
namespace tandem::base {

template <class T>
using Atomic = std::atomic<T>;

/// Whether an Atomic is nothing but its value in memory, as what processes share needs it; where a checker keeps notes beside it,
/// it is not.
inline constexpr bool atomics_are_bare = true;

/// Tells the processor that this thread spins: it saves power and lets the sibling hyper-thread run. About 40 ns on x86-64.
inline void cpu_pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

/// How far apart two words must stand so that writing one does not slow down readers of the other. Two 64-byte lines, since
/// x86-64 prefetches lines in pairs. A constant of ours and not std::hardware_destructive_interference_size, which changes with
/// compiler flags and would change the layout of public classes with it.
inline constexpr std::size_t cache_line_size = 128;

}  // namespace tandem::base
