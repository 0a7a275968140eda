#include <vector>

#include "bench/idle_worker/contenders.hpp"
#include "bench/idle_worker/idle_setting.hpp"
#include "tandem/futures.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {

double tandem_pool(const Order& order) {
  init(order.argc, order.argv);
  IdleSetting setting{order};
  setting.grow();
  futures::ProcessPoolExecutor pool{setting.workers()};
  // Each worker takes one task: nobody can take a second one before all have come.
  const multiprocessing::Barrier all_came{setting.workers()};
  std::vector<futures::Future<void>> tasks;
  for (int i = 0; i < setting.workers(); ++i) {
    tasks.push_back(pool.submit([](multiprocessing::Barrier barrier) { barrier.wait(); }, all_came));
  }
  for (auto& task : tasks) task.result();
  return setting.mean_memory(pool.worker_pids());
}

}  // namespace tandem::bench
