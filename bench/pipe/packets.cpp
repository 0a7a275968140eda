#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>

#include <sys/socket.h>

#include "bench/pipe/contenders.hpp"
#include "bench/pipe/exercise.hpp"
#include "bench/pipe/socket_ends.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {
namespace {

/// A handle. A packet must fit into the room that a socket has by default.
class Packets {
 public:
  void send(std::span<const std::byte> message) const {
    check(::send(ends_->out, message.data(), message.size(), 0) == static_cast<ssize_t>(message.size()), "send");
  }
  void receive(std::span<std::byte> place) const {
    const ssize_t size = ::recv(ends_->in, place.data(), place.size(), MSG_TRUNC);
    check(size >= 0, "recv");
    if (static_cast<std::size_t>(size) != place.size()) throw std::runtime_error("a packet is not as long as it should be");
  }

 private:
  std::shared_ptr<const SocketEnds> ends_ = std::make_shared<SocketEnds>(SOCK_SEQPACKET);
};

}  // namespace

double packets(const Order& order) {
  return exercise<ForkedProcesses>(order, [] { return Packets{}; });
}

}  // namespace tandem::bench
