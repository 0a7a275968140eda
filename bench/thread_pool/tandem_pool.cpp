#include "bench/thread_pool/contenders.hpp"
#include "bench/thread_pool/tasks.hpp"
#include "tandem/futures.hpp"

namespace tandem::bench {

double tandem_pool(const Order& order) {
  futures::ThreadPoolExecutor pool{workers};
  return tasks(
      order, [&](int i) { return pool.submit([i] { return i; }); }, [](futures::Future<int> future) { return future.result(); });
}

}  // namespace tandem::bench
