#include <future>

#include "bench/thread_pool/contenders.hpp"
#include "bench/thread_pool/tasks.hpp"

namespace tandem::bench {

double std_async(const Order& order) {
  return std_tasks(order, [](int i) { return std::async(std::launch::async, [i] { return i; }); });
}

}  // namespace tandem::bench
