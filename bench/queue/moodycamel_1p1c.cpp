#include <readerwriterqueue/readerwritercircularbuffer.h>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  void put(Item item) { queue_.wait_enqueue(item); }
  Item get() {
    Item item = 0;
    queue_.wait_dequeue(item);
    return item;
  }

 private:
  ::moodycamel::BlockingReaderWriterCircularBuffer<Item> queue_{capacity};
};

}  // namespace

double moodycamel_1p1c(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
