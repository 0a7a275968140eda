#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"
#include "tandem/queue.hpp"

namespace tandem::bench {

double tandem_lifo(const Order& order) {
  queue::LifoQueue<Item> channel{capacity};
  return flow(order, channel);
}

double tandem_priority(const Order& order) {
  queue::PriorityQueue<Item> channel{capacity};
  return flow(order, channel);
}

double tandem_simple(const Order& order) {
  queue::SimpleQueue<Item> channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
