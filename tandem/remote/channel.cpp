#include "tandem/remote/channel.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace tandem::remote {
namespace {

/// What each message begins with.
struct Prefix {
  std::uint32_t head_size;
  std::uint32_t body_is_elsewhere;  // 1: the body is not here, but the memory behind the last descriptor
};
static_assert(sizeof(Prefix) == 8 && std::is_trivially_copyable_v<Prefix>);

// Beyond it, copying through the socket costs more than making memory and handing it over; and a sender can leave several messages
// of this size to a receiver that does not come for them, without being held up (a socket takes some 200 KiB).
constexpr std::size_t inline_limit = 32 * 1024;

}  // namespace

std::pair<Channel, Channel> Channel::pair() {
  auto ends = platform::message_socket_pair();
  return {Channel{std::move(ends.first)}, Channel{std::move(ends.second)}};
}

bool Channel::send(platform::Bytes head, const Message& body) {
  std::vector<int> descriptors;
  descriptors.reserve(body.descriptors.size() + 1);
  for (const platform::Fd& fd : body.descriptors) descriptors.push_back(fd.get());

  const platform::Bytes bytes = std::as_bytes(std::span{body.bytes});
  const bool elsewhere = bytes.size() > inline_limit;
  platform::Fd memory;
  if (elsewhere) {
    memory = platform::make_sealed_memfd("tandem message", std::array{bytes});
    descriptors.push_back(memory.get());
  }
  const Prefix prefix{static_cast<std::uint32_t>(head.size()), elsewhere ? 1U : 0U};
  const std::array parts{std::as_bytes(std::span{&prefix, 1}), head, elsewhere ? platform::Bytes{} : bytes};
  return platform::send_message(socket_.get(), parts, descriptors) == platform::SendResult::sent;
}

Channel::Receive Channel::receive(Received& message, bool wait) {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(platform::max_message_size);
  platform::ReceivedMessage raw;
  switch (platform::receive_message(socket_.get(), {buffer_.get(), platform::max_message_size}, raw, wait)) {
    case platform::ReceiveResult::closed:
      return Receive::closed;
    case platform::ReceiveResult::nothing:
      return Receive::nothing;
    case platform::ReceiveResult::received:
      break;
  }
  Prefix prefix{};
  if (raw.size < sizeof prefix)
    throw std::runtime_error("a message without its prefix arrived: the other side does not speak as we do");
  std::memcpy(&prefix, buffer_.get(), sizeof prefix);
  if (raw.size - sizeof prefix < prefix.head_size) throw std::runtime_error("a message shorter than its head arrived");
  if (raw.descriptors_lost || (prefix.body_is_elsewhere != 0 && raw.descriptors.empty())) {
    throw std::runtime_error("a message arrived without its descriptors: this process has as many open as it may (see ulimit -n)");
  }
  const platform::Bytes rest{buffer_.get() + sizeof prefix, raw.size - sizeof prefix};
  message.head_ = rest.first(prefix.head_size);
  platform::Bytes body = rest.subspan(prefix.head_size);
  message.mapping_ = {};
  message.descriptors_ = std::move(raw.descriptors);
  if (prefix.body_is_elsewhere != 0) {
    message.mapping_ = platform::Mapping{message.descriptors_.back(), platform::Mapping::Access::read};
    message.descriptors_.pop_back();
    body = {message.mapping_.data(), message.mapping_.size()};
  }
  message.body_ = {reinterpret_cast<const char*>(body.data()), body.size()};
  return Receive::received;
}

void Channel::Received::copy_head(std::span<std::byte> head) const {
  if (head.size() != head_.size()) throw std::runtime_error("a message with another kind of head arrived");
  std::copy(head_.begin(), head_.end(), head.begin());
}

}  // namespace tandem::remote
