#include <new>

#include <concurrentqueue/blockingconcurrentqueue.h>
#include <concurrentqueue/lightweightsemaphore.h>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  void put(Item item) {
    while (!room_.wait()) {  // false: interrupted by a signal
    }
    if (!queue_.enqueue(item)) throw std::bad_alloc{};
  }
  Item get() {
    Item item = 0;
    queue_.wait_dequeue(item);
    room_.signal();
    return item;
  }

 private:
  ::moodycamel::LightweightSemaphore room_{capacity};
  ::moodycamel::BlockingConcurrentQueue<Item> queue_{capacity};
};

}  // namespace

double moodycamel_bounded(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
