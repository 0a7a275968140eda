#include "bench/map_many/contenders.hpp"
#include "bench/map_many/items.hpp"

namespace tandem::bench {

double bare_loop(const Order& order) {
  return map_many(order, 1, [](const std::vector<int>& items) {
    std::vector<std::uint64_t> results;
    results.reserve(items.size());
    for (const int item : items) results.push_back(work(item));
    return results;
  });
}

}  // namespace tandem::bench
