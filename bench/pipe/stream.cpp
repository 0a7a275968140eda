#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/pipe/contenders.hpp"
#include "bench/pipe/exercise.hpp"
#include "bench/pipe/socket_ends.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {
namespace {

/// A handle.
class FramedStream {
 public:
  void send(std::span<const std::byte> message) const {
    auto length = static_cast<std::uint64_t>(message.size());
    const std::array parts{iovec{&length, sizeof length}, iovec{const_cast<std::byte*>(message.data()), message.size()}};
    const ssize_t sent = ::writev(ends_->out, parts.data(), parts.size());
    check(sent >= static_cast<ssize_t>(sizeof length), "writev");
    auto rest = message.subspan(static_cast<std::size_t>(sent) - sizeof length);
    while (!rest.empty()) {
      const ssize_t more = ::write(ends_->out, rest.data(), rest.size());
      check(more > 0, "write");
      rest = rest.subspan(static_cast<std::size_t>(more));
    }
  }
  void receive(std::span<std::byte> place) const {
    std::uint64_t length = 0;
    fill(std::as_writable_bytes(std::span{&length, 1}));
    if (length != place.size()) throw std::runtime_error("a message is not as long as it should be");
    fill(place);
  }

 private:
  void fill(std::span<std::byte> place) const {
    while (!place.empty()) {
      const ssize_t received = ::read(ends_->in, place.data(), place.size());
      check(received >= 0, "read");
      if (received == 0) throw std::runtime_error("the stream was closed in the middle of a message");
      place = place.subspan(static_cast<std::size_t>(received));
    }
  }

  std::shared_ptr<const SocketEnds> ends_ = std::make_shared<SocketEnds>(SOCK_STREAM);
};

}  // namespace

double stream(const Order& order) {
  return exercise<ForkedProcesses>(order, [] { return FramedStream{}; });
}

}  // namespace tandem::bench
