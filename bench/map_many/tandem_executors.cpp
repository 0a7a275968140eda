#include "bench/map_many/contenders.hpp"
#include "bench/map_many/items.hpp"
#include "tandem/futures.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {
namespace {

template <class Executor>
double map_with(const Order& order, Executor& executor) {
  const futures::MapOptions options{.chunksize = map_setting(order).chunksize.value_or(1)};
  return map_many(order, workers, [&](const std::vector<int>& items) {
    std::vector<std::uint64_t> results;
    results.reserve(items.size());
    for (const std::uint64_t result : executor.map(work, items, options)) results.push_back(result);
    return results;
  });
}

}  // namespace

double thread_executor(const Order& order) {
  futures::ThreadPoolExecutor pool{workers};
  return map_with(order, pool);
}

double process_executor(const Order& order) {
  init(order.argc, order.argv);
  futures::ProcessPoolExecutor pool{workers};
  return map_with(order, pool);
}

}  // namespace tandem::bench
