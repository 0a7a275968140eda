#include <numeric>
#include <thread>
#include <vector>

#include "bench/speed_up/contenders.hpp"
#include "bench/speed_up/primes.hpp"

namespace tandem::bench {

double std_thread(const Order& order) {
  const int workers = workers_wanted(order);
  return speed_up(order, [workers] {
    std::vector<int> counts(static_cast<std::size_t>(workers));
    std::vector<std::thread> threads;
    for (int i = 0; i < workers; ++i) {
      threads.emplace_back([&, i] { counts[static_cast<std::size_t>(i)] = primes_in_every(workers, i); });
    }
    for (std::thread& thread : threads) thread.join();
    return std::accumulate(counts.begin(), counts.end(), 0);
  });
}

}  // namespace tandem::bench
