#include <optional>

#include "bench/map_many/contenders.hpp"
#include "bench/map_many/items.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {
namespace {

template <class Pool>
double map_with(const Order& order, Pool& pool) {
  const std::optional<std::size_t> chunksize = map_setting(order).chunksize;
  return map_many(order, workers, [&](const std::vector<int>& items) { return pool.map(work, items, chunksize); });
}

}  // namespace

double thread_pool(const Order& order) {
  multiprocessing::ThreadPool pool{workers};
  return map_with(order, pool);
}

double process_pool(const Order& order) {
  init(order.argc, order.argv);
  multiprocessing::Pool pool{workers};
  return map_with(order, pool);
}

}  // namespace tandem::bench
