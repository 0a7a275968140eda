#include <new>

#include <concurrentqueue/blockingconcurrentqueue.h>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  void put(Item item) {
    if (!queue_.enqueue(item)) throw std::bad_alloc{};
  }
  Item get() {
    Item item = 0;
    queue_.wait_dequeue(item);
    return item;
  }

 private:
  ::moodycamel::BlockingConcurrentQueue<Item> queue_;
};

}  // namespace

double moodycamel(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
