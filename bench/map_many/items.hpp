#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// Threads or processes of each pool.
inline constexpr int workers = 2;

/// About 1 us of arithmetic that nobody can do any faster, as each step needs the one before.
std::uint64_t work(int item);

/// What an order's setting says.
struct MapSetting {
  int items;
  std::optional<std::size_t> chunksize;
};
/// Throws std::invalid_argument for another setting than "ITEMS" or "ITEMS-CHUNKSIZE".
MapSetting map_setting(const Order& order);

/// 0, 1, 2 ... as a list: what a program has that maps over something.
std::vector<int> numbers(int count);

/// Throws std::runtime_error unless they are those of work() for numbers().
void check_results(const std::vector<std::uint64_t>& results);

/// Cores that `threads` of them can use here: not more than this process is bound to.
int cores_for(int threads);

/// Nanoseconds for one item on one core. `map_all(numbers)` gives the results in order; `threads` work on it.
template <class MapAll>
double map_many(const Order& order, int threads, MapAll map_all) {
  const std::vector<int> items = numbers(map_setting(order).items);
  check_results(map_all(items));
  std::vector<std::uint64_t> results;
  const double time = measure(order, static_cast<int>(items.size()), [&] { results = map_all(items); });
  check_results(results);
  return time * cores_for(threads);
}

}  // namespace tandem::bench
