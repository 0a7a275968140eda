#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <mqueue.h>
#include <unistd.h>

#include "bench/shared_queue/any_size.hpp"
#include "bench/shared_queue/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {
namespace {

long allowed_messages() {
  long allowed = 0;
  if (!(std::ifstream{"/proc/sys/fs/mqueue/msg_max"} >> allowed)) throw std::runtime_error("this kernel has no message queues");
  return std::min(allowed, static_cast<long>(capacity));
}

/// A handle, for processes that are forked after it was made. Its name is removed as soon as it is there.
class PosixQueue {
 public:
  explicit PosixQueue(std::size_t message_size) : queue_{std::make_shared<const Queue>(message_size)} {}

  void send(std::span<const std::byte> message) const {
    const auto* const data = reinterpret_cast<const char*>(message.data());
    while (::mq_send(queue_->descriptor, data, message.size(), 0) != 0) check(errno == EINTR, "mq_send");
  }
  void receive(std::span<std::byte> message) const {
    auto* const data = reinterpret_cast<char*>(message.data());
    ssize_t size = 0;
    while ((size = ::mq_receive(queue_->descriptor, data, message.size(), nullptr)) < 0) check(errno == EINTR, "mq_receive");
    if (static_cast<std::size_t>(size) != message.size()) throw std::runtime_error("a message has another size than was sent");
  }

 private:
  struct Queue {
    explicit Queue(std::size_t message_size) {
      mq_attr attributes{};
      attributes.mq_maxmsg = allowed_messages();
      attributes.mq_msgsize = static_cast<long>(message_size);
      const std::string name = "/tandem-bench-" + std::to_string(::getpid());
      descriptor = ::mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600, &attributes);
      check(descriptor >= 0, "mq_open");
      ::mq_unlink(name.c_str());
    }
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;
    ~Queue() { ::mq_close(descriptor); }

    mqd_t descriptor;
  };

  std::shared_ptr<const Queue> queue_;
};

}  // namespace

double posix_queue(const Order& order) {
  return with_messages(order, [&]<class Message>(std::type_identity<Message>) {
    ProcessCrew<ForkedProcesses> crew{order};
    return flow<Message>(order, crew, PosixQueue{sizeof(Message)});
  });
}

}  // namespace tandem::bench
