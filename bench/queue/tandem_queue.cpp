#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"
#include "tandem/queue.hpp"

namespace tandem::bench {

double tandem_queue(const Order& order) {
  queue::Queue<Item> channel{capacity};
  return flow(order, channel);
}

}  // namespace tandem::bench
