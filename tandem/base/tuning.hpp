#pragma once

#include <cstddef>

/// Numbers that decide how fast the algorithms are and nothing else. Apart, because a checked build (see atomics.hpp) makes them as
/// small as they can be: every further spin would be a further place at which threads may be interleaved.
namespace tandem::base {

/// How often a taker looks at a lock again before it sleeps.
inline constexpr int lock_spins = 40;

/// How often a worker without work, and who waits for a pool's result, looks again before sleeping: for about 16 us. Less than it
/// takes to wake a thread on another processor (6 us on a virtual machine) would be in vain each time.
inline constexpr int pool_spins = 400;

/// How many lists of sleepers the parking lot has; a power of two, at most 256.
inline constexpr std::size_t parking_lot_buckets = 256;

}  // namespace tandem::base
