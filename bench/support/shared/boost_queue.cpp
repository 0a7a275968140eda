#include "bench/support/shared/boost_queue.hpp"

#include <stdexcept>
#include <string>

#include <boost/interprocess/ipc/message_queue.hpp>
#include <unistd.h>

namespace tandem::bench {

namespace ipc = boost::interprocess;

class BoostQueue::Queue {
 public:
  Queue(const std::string& name, std::size_t capacity, std::size_t message_size)
      : queue_{ipc::create_only, name.c_str(), capacity, message_size} {
    ipc::message_queue::remove(name.c_str());
  }
  ipc::message_queue* operator->() noexcept { return &queue_; }

 private:
  ipc::message_queue queue_;
};

BoostQueue::BoostQueue(std::size_t capacity, std::size_t message_size) {
  static int made = 0;
  const std::string name = "tandem-bench-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
  queue_ = std::make_shared<Queue>(name, capacity, message_size);
}

void BoostQueue::send(std::span<const std::byte> message) const { (*queue_)->send(message.data(), message.size(), 0); }

void BoostQueue::receive(std::span<std::byte> message) const {
  std::size_t size = 0;
  unsigned priority = 0;
  (*queue_)->receive(message.data(), message.size(), size, priority);
  if (size != message.size()) throw std::runtime_error("a message has another size than was sent");
}

}  // namespace tandem::bench
