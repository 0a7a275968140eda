#pragma once

#include "bench/support/contender.hpp"

namespace tandem::bench {

inline constexpr int pieces = 40;

/// How many primes there are in that piece, by trying all divisors.
int primes_in(int piece);
/// The same for every `step`th piece from `first` on.
int primes_in_every(int step, int first);

/// The setting. Throws std::invalid_argument if it is no number from 1 to 64.
int workers_wanted(const Order& order);

/// Throws std::runtime_error if that is not the number of primes below 500,000.
void check_count(int primes);

/// `count_all()` does the job and gives the number of primes.
template <class CountAll>
double speed_up(const Order& order, CountAll count_all) {
  return measure(order, [&] { check_count(count_all()); });
}

}  // namespace tandem::bench
