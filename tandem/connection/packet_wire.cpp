#include "tandem/connection/packet_wire.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "tandem/platform/message_socket.hpp"

namespace tandem::multiprocessing {

/// What each packet begins with.
struct PacketWire::Prefix {
  std::uint64_t size;    // of the whole message
  std::uint64_t offset;  // of what is in this packet
  std::uint64_t number;  // the same in all packets of a message, and in no others
  std::uint64_t luggage;
};

/// One that was received, behind its prefix: first into the room for it, and what it has more into the buffer.
struct PacketWire::Packet {
  Prefix prefix{};
  std::span<char> room;
  std::span<const char> first;
  std::span<const char> second;
  platform::ReceivedMessage message;

  std::size_t size() const noexcept { return first.size() + second.size(); }
  /// Whether it can be a part of a message.
  bool is_sound() const noexcept {
    return prefix.offset <= prefix.size && size() <= prefix.size - prefix.offset && (size() != 0 || prefix.size == 0);
  }
  /// Whether it is a message, and nothing comes with it.
  bool is_bytes_only() const noexcept {
    return size() == prefix.size && prefix.luggage == 0 && message.descriptors.empty() && !message.descriptors_lost;
  }
};

namespace {

constexpr std::size_t prefix_size = 32;
constexpr std::size_t most_bytes = platform::max_packet_size - prefix_size;
// From so many bytes on, asking beforehand where they belong costs less than copying them there.
constexpr std::size_t large = 16UL * 1024;
// Each sender that dies in the middle of a message leaves one behind.
constexpr std::size_t most_others = 4096;

void append(Incoming& message, std::span<const char> bytes) {
  if (message.is_in_place) {
    std::copy(bytes.begin(), bytes.end(), message.place.begin() + static_cast<std::ptrdiff_t>(message.arrived));
  } else if (!message.is_dropped) {
    message.bytes.resize(static_cast<std::size_t>(message.arrived));  // without the room that was made and not filled
    message.bytes.append(bytes.data(), bytes.size());
  }
  message.arrived += bytes.size();
}

[[noreturn]] void throw_no_message() {
  throw std::runtime_error("a packet arrived that is no part of a message: the other side does not speak as we do");
}

Wire::Flow flow_after(platform::ReceiveResult result) noexcept {
  switch (result) {
    case platform::ReceiveResult::closed:
      return Wire::Flow::ended;
    case platform::ReceiveResult::nothing:
      return Wire::Flow::waits;
    case platform::ReceiveResult::received:
      break;
  }
  return Wire::Flow::goes_on;
}

}  // namespace

Wire::Flow PacketWire::send(Outgoing& message, Patience patience) {
  static_assert(sizeof(Prefix) == prefix_size && std::is_trivially_copyable_v<Prefix>);
  if (!message.has_begun) message.number = unique_number();
  const auto rest = message.bytes.subspan(static_cast<std::size_t>(message.sent));
  const auto piece = std::as_bytes(rest.first(std::min(rest.size(), most_bytes)));
  const Prefix prefix{message.bytes.size(), message.sent, message.number, message.luggage};
  const std::array parts{std::as_bytes(std::span{&prefix, 1}), piece};
  const auto descriptors = message.has_begun ? std::span<const int>{} : message.descriptors;
  switch (platform::send_message(fileno(), parts, descriptors, patience)) {
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

Wire::Flow PacketWire::receive(Incoming& message, Patience patience, Shown* shown) {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(platform::max_packet_size);
  if (message.has_begun) return receive_next(message, patience);
  return expects_large_ ? receive_large(message, patience) : receive_small(message, patience, shown);
}

/// The next packet is most likely the message's next. If it is another one's, it may be longer than what is left of this.
Wire::Flow PacketWire::receive_next(Incoming& message, Patience patience) {
  Packet packet;
  if (!message.is_dropped) packet.room = room_for(message, most_bytes);
  if (const Flow flow = receive_into(packet, patience); flow != Flow::goes_on) return flow;
  take_in(message, packet);
  return Flow::goes_on;
}

/// With one call, and one copy of the little that has come.
Wire::Flow PacketWire::receive_small(Incoming& message, Patience patience, Shown* shown) {
  Packet packet;
  const std::span all{buffer_.get(), platform::max_packet_size};
  const auto result = platform::receive_message(fileno(), std::as_writable_bytes(all), packet.message, patience);
  if (result != platform::ReceiveResult::received) return flow_after(result);
  const auto received = all.first(packet.message.size);
  if (received.size() < prefix_size) throw_no_message();
  std::memcpy(&packet.prefix, received.data(), prefix_size);
  packet.second = received.subspan(prefix_size);
  if (!packet.is_sound()) throw_no_message();
  if (shown != nullptr && packet.is_bytes_only() && packet.size() < large) {
    *shown = packet.second;
    return Flow::goes_on;
  }
  take_in(message, packet);
  return Flow::goes_on;
}

/// Looks first what comes, so that it is received where it belongs.
Wire::Flow PacketWire::receive_large(Incoming& message, Patience patience) {
  Prefix next{};
  std::size_t size = 0;
  const auto result = platform::peek_message(fileno(), std::as_writable_bytes(std::span{&next, 1}), size, patience);
  if (result != platform::ReceiveResult::received) return flow_after(result);
  if (size < prefix_size || next.offset != 0 || next.size < large) return receive_small(message, Patience::none, nullptr);
  Incoming begun;
  begun.place = message.place;
  Packet packet;
  packet.prefix = next;
  begin(begun, packet);
  packet.room = room_for(begun, most_bytes);
  if (const Flow flow = receive_into(packet, Patience::none); flow != Flow::goes_on) return flow;
  if (packet.prefix.number != next.number || packet.prefix.offset != 0 || packet.prefix.size != next.size) {
    take_in(message, packet);  // another process took the one that was looked at
    return Flow::goes_on;
  }
  begun.arrived = packet.size();
  begun.descriptors = std::move(packet.message.descriptors);
  begun.descriptors_lost = packet.message.descriptors_lost;
  message = std::move(begun);
  return Flow::goes_on;
}

Wire::Flow PacketWire::receive_into(Packet& packet, Patience patience) {
  const std::span buffer{buffer_.get(), most_bytes};
  const std::array places{std::as_writable_bytes(std::span{&packet.prefix, 1}), std::as_writable_bytes(packet.room),
                          std::as_writable_bytes(buffer)};
  const auto result = platform::receive_message(fileno(), places, packet.message, patience);
  if (result != platform::ReceiveResult::received) return flow_after(result);
  if (packet.message.size < prefix_size) throw_no_message();
  const std::size_t size = packet.message.size - prefix_size;
  packet.first = packet.room.first(std::min(size, packet.room.size()));
  packet.second = buffer.first(size - packet.first.size());
  if (!packet.is_sound()) throw_no_message();
  return Flow::goes_on;
}

/// The message of which the packet is the first.
void PacketWire::begin(Incoming& message, Packet& packet) const {
  message.has_begun = true;
  message.size = packet.prefix.size;
  message.number = packet.prefix.number;
  message.luggage = packet.prefix.luggage;
  message.descriptors = std::move(packet.message.descriptors);
  message.descriptors_lost = packet.message.descriptors_lost;
  make_ready(message);
}

void PacketWire::take_in(Incoming& message, Packet& packet) {
  expects_large_ = packet.size() >= large;
  const Prefix& prefix = packet.prefix;
  if (prefix.offset != 0) {
    const bool is_next = message.has_begun && prefix.number == message.number && prefix.offset == message.arrived;
    if (!is_next || prefix.size != message.size) return put_aside(message, packet);
    if (packet.room.empty()) {
      append(message, packet.second);
    } else {
      message.arrived += packet.size();
    }
    return;
  }
  if (!message.has_begun) {
    begin(message, packet);
    append(message, packet.first);
    append(message, packet.second);
    return;
  }
  if (!is_trusted() || others_.size() == most_others) {
    throw std::runtime_error(
        "the beginning of another message arrived in the middle of one: the other side does not speak as we do");
  }
  Incoming begun;
  begin(begun, packet);
  append(begun, packet.first);
  append(begun, packet.second);
  if (begun.is_whole()) {
    message.leave_place();
    std::swap(message, begun);
  }
  others_.push_back(std::move(begun));
}

void PacketWire::put_aside(Incoming& message, const Packet& packet) {
  const Prefix& prefix = packet.prefix;
  const auto other = std::find_if(others_.begin(), others_.end(), [&](const Incoming& it) { return it.number == prefix.number; });
  if (other == others_.end() || other->size != prefix.size || other->arrived != prefix.offset) {
    throw std::runtime_error(
        "the rest of a message arrived whose beginning somebody else has taken: only one process may receive messages of more "
        "than " +
        std::to_string(most_bytes) + " bytes from one end of a connection");
  }
  append(*other, packet.first);
  append(*other, packet.second);
  if (!other->is_whole()) return;
  message.leave_place();
  std::swap(message, *other);
  if (!other->has_begun) others_.erase(other);
}

}  // namespace tandem::multiprocessing
