#include <boost/thread/sync_bounded_queue.hpp>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  void put(Item item) { queue_.push_back(item); }
  Item get() { return queue_.pull_front(); }

 private:
  boost::sync_bounded_queue<Item> queue_{capacity};
};

}  // namespace

double boost_bounded(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
