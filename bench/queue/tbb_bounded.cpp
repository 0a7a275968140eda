#include <oneapi/tbb/concurrent_queue.h>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  Channel() { queue_.set_capacity(capacity); }
  void put(Item item) { queue_.push(item); }
  Item get() {
    Item item = 0;
    queue_.pop(item);
    return item;
  }

 private:
  tbb::concurrent_bounded_queue<Item> queue_;
};

}  // namespace

double tbb_bounded(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
