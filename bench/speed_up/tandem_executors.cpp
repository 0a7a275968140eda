#include <vector>

#include "bench/speed_up/contenders.hpp"
#include "bench/speed_up/primes.hpp"
#include "tandem/futures.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {
namespace {

template <class Executor>
double count_with(const Order& order, Executor& executor) {
  return speed_up(order, [&] {
    std::vector<futures::Future<int>> counts;
    for (int piece = 0; piece < pieces; ++piece) counts.push_back(executor.submit(primes_in, piece));
    int sum = 0;
    for (auto& count : counts) sum += count.result();
    return sum;
  });
}

}  // namespace

double thread_executor(const Order& order) {
  futures::ThreadPoolExecutor pool{workers_wanted(order)};
  return count_with(order, pool);
}

double process_executor(const Order& order) {
  init(order.argc, order.argv);
  futures::ProcessPoolExecutor pool{workers_wanted(order)};
  return count_with(order, pool);
}

}  // namespace tandem::bench
