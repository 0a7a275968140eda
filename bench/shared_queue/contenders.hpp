#pragma once

#include <cstddef>

#include "bench/support/contender.hpp"

/// What does a message cost on its way from one process to another? All wait for room as well as for messages. Settings:
/// "8-1p1c", "1024-2p2c", "8-1p1c-cpu" ..., see flow() in bench/support/shared/flow.hpp.
namespace tandem::bench {

/// How many messages there is room for.
inline constexpr std::size_t capacity = 1'024;

double tandem_queue(const Order& order);
double boost_queue(const Order& order);
/// Room for as many messages as the system allows, if that is less (10 by default).
double posix_queue(const Order& order);
/// A ring in shared memory with a lock for each side, and nothing for those that die.
double two_lock_ring(const Order& order);

}  // namespace tandem::bench
