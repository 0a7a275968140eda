#include "tandem/connection/stream_wire.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/socket.hpp"

namespace tandem::multiprocessing {
namespace {

constexpr std::uint32_t long_mark = 0xFFFF'FFFF;
constexpr std::uint64_t most_in_short = 0x7FFF'FFFF;
constexpr std::size_t at_once = 128 * 1024;

template <std::size_t size>
void put(std::span<char> place, std::uint64_t number) {
  for (std::size_t i = 0; i < size; ++i) place[i] = static_cast<char>(number >> (8 * (size - 1 - i)));
}

template <std::size_t size>
std::uint64_t number_in(std::span<const char> place) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(place[i]);
  return number;
}

}  // namespace

Wire::Flow StreamWire::send(Outgoing& message, Patience /*patience*/) {
  if (message.luggage != 0 || !message.descriptors.empty()) {
    throw std::invalid_argument(
        "shared objects and descriptors cannot be sent to another machine, nor over TCP to this one: use a Pipe");
  }
  Head length{};
  const std::uint64_t size = message.bytes.size();
  message.head_size = size <= most_in_short ? 4 : 12;
  put<4>(std::span{length}, size <= most_in_short ? size : long_mark);
  if (size > most_in_short) put<8>(std::span{length}.subspan(4), size);
  const std::string_view head{length.data() + message.head_sent, message.head_size - message.head_sent};
  const std::string_view body{message.bytes.data() + message.sent, message.bytes.size() - static_cast<std::size_t>(message.sent)};
  const std::array parts{head, body};
  const platform::Transfer done = platform::send(fileno(), parts);
  if (done.would_block()) return Flow::waits;
  if (done.peer_gone()) return Flow::ended;
  if (done.error != 0) platform::throw_error(done.error, "send");
  message.has_begun = true;
  const std::size_t of_head = std::min(done.bytes, head.size());
  message.head_sent += of_head;
  message.sent += done.bytes - of_head;
  return Flow::goes_on;
}

/// If all of it is there, the message has begun.
void StreamWire::read_head(Incoming& message) {
  if (in_head_ < 4) return;
  const bool is_long = number_in<4>(std::span{in_}) == long_mark;
  if (is_long && in_head_ < 12) return;
  message.size = is_long ? number_in<8>(std::span{in_}.subspan(4)) : number_in<4>(std::span{in_});
  if (message.size > most_in_short && !is_long) {
    throw std::runtime_error("a message with a negative length arrived: the other side does not speak as we do");
  }
  message.has_begun = true;
  in_head_ = 0;
  make_ready(message);
}

Wire::Flow StreamWire::receive(Incoming& message, Patience /*patience*/, Shown* /*shown*/) {
  const bool in_head = !message.has_begun;
  const std::size_t head_size = in_head_ < 4 ? 4 : 12;
  const auto room = in_head ? std::span{in_}.subspan(in_head_, head_size - in_head_) : room_for(message, at_once);
  const platform::Transfer done = platform::receive(fileno(), room);
  if (done.would_block()) return Flow::waits;
  if (done.peer_gone() || (done.error == 0 && done.bytes == 0)) return Flow::ended;
  if (done.error != 0) platform::throw_error(done.error, "recv");
  if (in_head) {
    in_head_ += done.bytes;
    read_head(message);
  } else {
    message.arrived += done.bytes;
  }
  return Flow::goes_on;
}

}  // namespace tandem::multiprocessing
