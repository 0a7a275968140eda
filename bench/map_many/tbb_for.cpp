#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "bench/map_many/contenders.hpp"
#include "bench/map_many/items.hpp"

namespace tandem::bench {

double tbb_for(const Order& order) {
  const tbb::global_control room{tbb::global_control::max_allowed_parallelism, workers};  // the main thread is one of them
  tbb::task_arena arena{workers};
  return map_many(order, workers, [&](const std::vector<int>& items) {
    std::vector<std::uint64_t> results(items.size());
    arena.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>{0, items.size()}, [&](const tbb::blocked_range<std::size_t>& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) results[i] = work(items[i]);
      });
    });
    return results;
  });
}

}  // namespace tandem::bench
