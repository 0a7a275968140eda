#include "bench/support/shared/stream.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {

class Stream::Ends {
 public:
  explicit Ends(std::array<int, 2> ends) noexcept : in{ends[0]}, out{ends[1]} {}
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() {
    ::close(in);
    ::close(out);
  }

  const int in;
  const int out;
};

Stream::Stream(std::shared_ptr<const Ends> ends) : ends_{std::move(ends)} {}

Stream Stream::pipe() {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2");
  Stream stream{std::make_shared<const Ends>(ends)};
  check(::fcntl(stream.ends_->out, F_SETPIPE_SZ, 1 << 20) >= 0, "fcntl(F_SETPIPE_SZ)");
  return stream;
}

Stream Stream::socketpair() {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
  return Stream{std::make_shared<const Ends>(ends)};
}

void Stream::send(std::span<const std::byte> message) const {
  while (!message.empty()) {
    const ssize_t sent = ::write(ends_->out, message.data(), message.size());
    check(sent > 0, "write");
    message = message.subspan(static_cast<std::size_t>(sent));
  }
}

void Stream::receive(std::span<std::byte> message) const {
  while (!message.empty()) {
    const ssize_t received = ::read(ends_->in, message.data(), message.size());
    check(received >= 0, "read");
    if (received == 0) throw std::runtime_error("a stream was closed in the middle of a message");
    message = message.subspan(static_cast<std::size_t>(received));
  }
}

}  // namespace tandem::bench
