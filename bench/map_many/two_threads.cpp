#include <thread>

#include "bench/map_many/contenders.hpp"
#include "bench/map_many/items.hpp"

namespace tandem::bench {

double two_threads(const Order& order) {
  return map_many(order, workers, [](const std::vector<int>& items) {
    std::vector<std::uint64_t> results(items.size());
    const auto part = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) results[i] = work(items[i]);
    };
    const std::size_t half = items.size() / 2;
    std::thread other{part, half, items.size()};
    part(0, half);
    other.join();
    return results;
  });
}

}  // namespace tandem::bench
