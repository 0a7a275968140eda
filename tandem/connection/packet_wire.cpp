#include "tandem/connection/packet_wire.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace tandem::multiprocessing {

/// What each packet begins with.
struct PacketWire::Prefix {
  std::uint64_t size;    // of the whole message
  std::uint64_t offset;  // of what is in this packet
  std::uint64_t number;  // the same in all packets of a message, and in no others
  std::uint64_t luggage;
};

namespace {

constexpr std::size_t prefix_size = 32;
constexpr std::size_t most_bytes = platform::max_packet_size - prefix_size;
// Each sender that dies in the middle of a message leaves one behind.
constexpr std::size_t most_others = 4096;

void append(Incoming& message, std::span<const char> bytes) {
  if (!message.is_dropped) {
    message.bytes.resize(static_cast<std::size_t>(message.arrived));  // without the room that was made and not filled
    message.bytes.append(bytes.data(), bytes.size());
  }
  message.arrived += bytes.size();
}

}  // namespace

Wire::Flow PacketWire::send(Outgoing& message) {
  static_assert(sizeof(Prefix) == prefix_size && std::is_trivially_copyable_v<Prefix>);
  if (!message.has_begun) message.number = unique_number();
  const auto rest = message.bytes.subspan(static_cast<std::size_t>(message.sent));
  const auto piece = std::as_bytes(rest.first(std::min(rest.size(), most_bytes)));
  const Prefix prefix{message.bytes.size(), message.sent, message.number, message.luggage};
  const std::array parts{std::as_bytes(std::span{&prefix, 1}), piece};
  const auto descriptors = message.has_begun ? std::span<const int>{} : message.descriptors;
  switch (platform::send_message(fileno(), parts, descriptors, false)) {
    case platform::SendResult::sent:
      message.has_begun = true;
      message.sent += piece.size();
      return Flow::goes_on;
    case platform::SendResult::full:
      return Flow::waits;
    case platform::SendResult::closed:
      break;
  }
  return Flow::ended;
}

Wire::Flow PacketWire::receive(Incoming& message) {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(most_bytes);
  // The next packet is most likely the message's next. If it is another one's, it may be longer than what is left of this.
  const auto room = message.has_begun && !message.is_dropped ? room_for(message, most_bytes) : std::span<char>{};
  Prefix prefix{};
  const std::array places{std::as_writable_bytes(std::span{&prefix, 1}), std::as_writable_bytes(room),
                          std::as_writable_bytes(std::span{buffer_.get(), most_bytes})};
  platform::ReceivedMessage packet;
  switch (platform::receive_message(fileno(), places, packet, false)) {
    case platform::ReceiveResult::closed:
      return Flow::ended;
    case platform::ReceiveResult::nothing:
      return Flow::waits;
    case platform::ReceiveResult::received:
      break;
  }
  take_in(message, prefix, packet, room);
  return Flow::goes_on;
}

void PacketWire::take_in(Incoming& message, const Prefix& prefix, platform::ReceivedMessage& packet,
                         std::span<const char> in_room) {
  const std::size_t size = packet.size - std::min(packet.size, prefix_size);
  if (packet.size < prefix_size || prefix.offset > prefix.size || size > prefix.size - prefix.offset ||
      (size == 0 && prefix.size != 0)) {
    throw std::runtime_error("a packet arrived that is no part of a message: the other side does not speak as we do");
  }
  if (prefix.offset != 0) {
    const bool is_next = message.has_begun && prefix.number == message.number && prefix.offset == message.arrived;
    if (!is_next || prefix.size != message.size) return put_aside(message, prefix, in_room, size);
    message.arrived += size;
    return;
  }
  Incoming begun{.has_begun = true,
                 .size = prefix.size,
                 .bytes = {},
                 .descriptors = std::move(packet.descriptors),
                 .descriptors_lost = packet.descriptors_lost,
                 .luggage = prefix.luggage,
                 .number = prefix.number};
  make_ready(begun);
  const auto first = in_room.first(std::min(size, in_room.size()));
  append(begun, first);
  append(begun, {buffer_.get(), size - first.size()});
  if (!message.has_begun) {
    message = std::move(begun);
  } else {
    if (!is_trusted() || others_.size() == most_others) {
      throw std::runtime_error(
          "the beginning of another message arrived in the middle of one: the other side does not speak as we do");
    }
    if (begun.is_whole()) std::swap(message, begun);
    others_.push_back(std::move(begun));
  }
}

void PacketWire::put_aside(Incoming& message, const Prefix& prefix, std::span<const char> in_room, std::size_t size) {
  const auto other = std::find_if(others_.begin(), others_.end(), [&](const Incoming& it) { return it.number == prefix.number; });
  if (other == others_.end() || other->size != prefix.size || other->arrived != prefix.offset) {
    throw std::runtime_error(
        "the rest of a message arrived whose beginning somebody else has taken: only one process may receive messages of more "
        "than " +
        std::to_string(most_bytes) + " bytes from one end of a connection");
  }
  const auto first = in_room.first(std::min(size, in_room.size()));
  append(*other, first);
  append(*other, {buffer_.get(), size - first.size()});
  if (!other->is_whole()) return;
  std::swap(message, *other);
  if (!other->has_begun) others_.erase(other);
}

}  // namespace tandem::multiprocessing
