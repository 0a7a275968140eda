#pragma once

#include <cstddef>

/// The checked build's numbers: as small as they can be.
namespace tandem::base {

/// Once: that a lock may be free again when a spinner looks is one more interleaving, that it may be so the second time is none.
inline constexpr int lock_spins = 1;

inline constexpr int pool_spins = 1;

/// One list for all words, so that each model also shows what strangers in the same list do to each other; and so that nothing
/// depends on addresses, which may differ from one run to the next.
inline constexpr std::size_t parking_lot_buckets = 1;

}  // namespace tandem::base
