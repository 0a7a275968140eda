#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>

/// What is sent from one process to another: a number, which stands at both ends of what is longer.
namespace tandem::bench {

using Number = std::uint64_t;
using Kibibyte = std::array<std::uint64_t, 128>;

/// Tells a receiver that it is over.
inline constexpr Number last_number = 0;

inline std::span<std::byte> bytes_of(Number& message) noexcept { return std::as_writable_bytes(std::span{&message, 1}); }
inline std::span<std::byte> bytes_of(Kibibyte& message) noexcept { return std::as_writable_bytes(std::span{message}); }
inline std::span<std::byte> bytes_of(std::string& message) noexcept { return std::as_writable_bytes(std::span{message}); }

template <class Message>
void set_number(Message& message, Number number) noexcept {
  const auto bytes = bytes_of(message);
  std::memcpy(bytes.data(), &number, sizeof number);
  if (bytes.size() > sizeof number) std::memcpy(bytes.data() + bytes.size() - sizeof number, &number, sizeof number);
}

/// Throws std::runtime_error if it is not whole.
template <class Message>
Number number_in(Message& message, std::size_t size) {
  const auto bytes = bytes_of(message);
  Number first = 0;
  Number last = 0;
  if (bytes.size() != size) throw std::runtime_error("a message has come out with another size than it was put in with");
  std::memcpy(&first, bytes.data(), sizeof first);
  std::memcpy(&last, bytes.data() + size - sizeof last, sizeof last);
  if (first != last) throw std::runtime_error("a message has come out that is not what was put in");
  return first;
}

/// Of so many bytes. Throws std::invalid_argument if this type has another size.
template <class Message>
Message blank(std::size_t size) {
  if constexpr (std::same_as<Message, std::string>) {
    return Message(size, 'x');
  } else {
    if (size != sizeof(Message)) throw std::invalid_argument("there are no messages of " + std::to_string(size) + " bytes here");
    return Message{};
  }
}

/// A channel for messages has put(message) and get() -> message; one for bytes has send(span), and receive(span), which fills it.
template <class Channel, class Message>
void put(Channel& channel, Message& message) {
  if constexpr (requires { channel.send(bytes_of(message)); }) {
    channel.send(bytes_of(message));
  } else {
    channel.put(message);
  }
}
template <class Channel, class Message>
void get(Channel& channel, Message& message) {
  if constexpr (requires { channel.receive(bytes_of(message)); }) {
    channel.receive(bytes_of(message));
  } else {
    message = channel.get();
  }
}

}  // namespace tandem::bench
