#include <condition_variable>
#include <deque>
#include <mutex>

#include "bench/queue/contenders.hpp"
#include "bench/queue/flow.hpp"

namespace tandem::bench {
namespace {

class Channel {
 public:
  void put(Item item) {
    {
      std::unique_lock hold{mutex_};
      not_full_.wait(hold, [this] { return items_.size() < capacity; });
      items_.push_back(item);
    }
    not_empty_.notify_one();
  }
  Item get() {
    std::unique_lock hold{mutex_};
    not_empty_.wait(hold, [this] { return !items_.empty(); });
    const Item item = items_.front();
    items_.pop_front();
    hold.unlock();
    not_full_.notify_one();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<Item> items_;
};

}  // namespace

double textbook(const Order& order) {
  Channel channel;
  return flow(order, channel);
}

}  // namespace tandem::bench
