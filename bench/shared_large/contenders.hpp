#pragma once

#include <cstddef>

#include "bench/support/contender.hpp"

/// What does a large message cost on its way from one process to another? One produces, one consumes. Settings: "65536-1p1c",
/// "1048576-1p1c", see flow() in bench/support/shared/flow.hpp.
namespace tandem::bench {

/// How many messages there is room for, in those that count messages: with more of the large ones, it is the cache that is
/// measured.
constexpr std::size_t capacity_for(std::size_t message_size) { return message_size > 64UL * 1024 ? 4 : 16; }

/// Items are std::strings.
double tandem_queue(const Order& order);
/// Copied into shared memory, and out of it to the same place each time.
double two_copy_ring(const Order& order);
double boost_queue(const Order& order);
/// Room for 1 MiB.
double pipe(const Order& order);
/// Room for as much as a socket of the system has by default.
double socketpair(const Order& order);

}  // namespace tandem::bench
