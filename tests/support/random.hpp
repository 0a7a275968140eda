#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace tandem::test {

/// The seed of this run of the program: the environment's TANDEM_SEED, otherwise a new one each time. The first call
/// prints it, so that a failure can be run again: `TANDEM_SEED=123 the_test`. Throws like parse_seed if TANDEM_SEED is
/// no number.
std::uint64_t seed();

/// The number that `text` spells in decimal digits. Throws std::invalid_argument if it is none from 0 to 2^64-1.
std::uint64_t parse_seed(std::string_view text);

/// A generator that depends on seed() and `stream` only. Give each thread a stream of its own, so that its numbers do
/// not depend on how the threads happen to be scheduled.
std::mt19937_64 random_engine(std::uint32_t stream = 0);

}  // namespace tandem::test
