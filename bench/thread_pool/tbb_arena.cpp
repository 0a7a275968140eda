#include <future>
#include <memory>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include "bench/thread_pool/contenders.hpp"
#include "bench/thread_pool/tasks.hpp"

namespace tandem::bench {

double tbb_arena(const Order& order) {
  const tbb::global_control room{tbb::global_control::max_allowed_parallelism, workers + 1};  // the main thread counts there
  tbb::task_arena arena{workers, 0};
  return std_tasks(order, [&](int i) {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    // enqueue() calls what it was given as const.
    arena.enqueue([i, result = std::make_shared<std::promise<int>>(std::move(promise))] { result->set_value(i); });
    return future;
  });
}

}  // namespace tandem::bench
