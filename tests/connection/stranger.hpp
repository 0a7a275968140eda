#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tandem/connection/address.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/socket.hpp"

namespace tandem::test {

/// Somebody at the other end of a TCP connection who writes what it likes.
class Stranger {
 public:
  explicit Stranger(const multiprocessing::connection::Address& address)
      : socket_{platform::connect_to(address.socket_address())} {}
  explicit Stranger(platform::Fd socket) : socket_{std::move(socket)} {}

  /// As much of it as the other side takes, without waiting; how much.
  std::size_t write(std::string_view bytes) const { return platform::send(socket_.get(), std::array{bytes}).bytes; }
  /// A message as CPython frames it.
  void send(std::string_view message) const { write(std::string{head(message.size())}.append(message)); }
  static std::string head(std::uint64_t size) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift);
    return text;
  }
  static std::string long_head(std::uint64_t size) {
    std::string text = head(0xFFFF'FFFF);
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift);
    return text;
  }
  /// So many bytes; fewer if the other side has ended.
  std::string read(std::size_t size) const {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size && platform::wait_readable(socket_.get(), std::chrono::seconds{20})) {
      const auto done = platform::receive(socket_.get(), std::span{bytes}.subspan(got));
      if (done.bytes == 0) break;
      got += done.bytes;
    }
    bytes.resize(got);
    return bytes;
  }
  std::string receive() const {
    std::uint64_t size = 0;
    for (const char byte : read(4)) size = size << 8 | static_cast<unsigned char>(byte);
    return read(size);
  }
  void close() { socket_ = {}; }
  int fd() const noexcept { return socket_.get(); }

 private:
  platform::Fd socket_;
};

}  // namespace tandem::test
