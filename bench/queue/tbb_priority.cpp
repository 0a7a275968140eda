#include <functional>
#include <stdexcept>

#include <oneapi/tbb/concurrent_priority_queue.h>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"
#include "bench/support/posix_semaphore.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  void put(Item item) {
    room_.acquire();
    queue_.push(item);
    items_.release();
  }
  Item get() {
    items_.acquire();
    Item item = 0;
    if (!queue_.try_pop(item)) throw std::logic_error("there is less in the queue than was put");
    room_.release();
    return item;
  }

 private:
  PosixSemaphore room_{capacity};
  PosixSemaphore items_{0};
  tbb::concurrent_priority_queue<Item, std::greater<>> queue_;  // the smallest first
};

}  // namespace

double tbb_priority(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
