#include "tandem/remote/channel.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

#include "tandem/platform/socket.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::remote {
namespace {

/// What each message begins with.
struct Prefix {
  std::uint32_t head_size;
  std::uint16_t body_is_elsewhere;  // 1: the body is not here, but the memory behind the last descriptor
  std::uint16_t objects;            // so many shared::References follow the head
};
static_assert(sizeof(Prefix) == 8 && std::is_trivially_copyable_v<Prefix>);

// Beyond it, copying through the socket costs more than making memory and handing it over; and a sender can leave several messages
// of this size to a receiver that does not come for them, without being held up (a socket takes some 200 KiB).
constexpr std::size_t inline_limit = 32 * 1024;

// With their references and the head, a body below the inline limit still fits in a message.
constexpr std::size_t max_objects = 2048;
static_assert(inline_limit + max_objects * sizeof(shared::Reference) <= platform::max_message_size * 3 / 4);

/// Gives the other side its shares in what a message means. Before it is sent: we may lose ours as soon as it is.
std::vector<shared::Reference> give_all(const Message& body, std::optional<std::uint32_t> peer) {
  std::vector<shared::Reference> references;
  if (body.objects.empty()) return references;
  if (!peer) throw std::logic_error("a shared object cannot be sent here: it is not known which process is at the other end");
  if (body.objects.size() > max_objects) {
    throw std::length_error("a message with " + std::to_string(body.objects.size()) + " shared objects: at most " +
                            std::to_string(max_objects) + " can be arguments of one call");
  }
  for (const auto& object : body.objects) {
    references.push_back(object->reference());
    shared::Arena::instance().give(references.back().slot, *peer);
  }
  return references;
}

std::vector<std::shared_ptr<shared::Object>> adopt_all(platform::Bytes references) {
  std::vector<std::shared_ptr<shared::Object>> objects;
  for (; !references.empty(); references = references.subspan(sizeof(shared::Reference))) {
    shared::Reference reference;
    std::memcpy(&reference, references.data(), sizeof reference);
    objects.push_back(shared::Object::adopt(reference));
  }
  return objects;
}

}  // namespace

void Channel::end() noexcept {
  platform::shutdown_write(socket_.get());
  close();
}

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
  const std::vector<shared::Reference> references = give_all(body, peer_);
  const Prefix prefix{static_cast<std::uint32_t>(head.size()), static_cast<std::uint16_t>(elsewhere ? 1 : 0),
                      static_cast<std::uint16_t>(references.size())};
  const std::array parts{std::as_bytes(std::span{&prefix, 1}), head, std::as_bytes(std::span{references}),
                         elsewhere ? platform::Bytes{} : bytes};
  return platform::send_message(socket_.get(), parts, descriptors) == platform::SendResult::sent;
}

Channel::Receive Channel::receive(Received& message, bool wait) {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(platform::max_message_size);
  platform::ReceivedMessage raw;
  switch (platform::receive_message(socket_.get(), {buffer_.get(), platform::max_message_size}, raw, wait ? platform::Patience::endless : platform::Patience::none)) {
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
  const std::size_t references_size = prefix.objects * sizeof(shared::Reference);
  if (raw.size - sizeof prefix < prefix.head_size + references_size) {
    throw std::runtime_error("a message shorter than its head arrived");
  }
  if (raw.descriptors_lost || (prefix.body_is_elsewhere != 0 && raw.descriptors.empty())) {
    throw std::runtime_error("a message arrived without its descriptors: this process has as many open as it may (see ulimit -n)");
  }
  const platform::Bytes rest{buffer_.get() + sizeof prefix, raw.size - sizeof prefix};
  message.head_ = rest.first(prefix.head_size);
  message.objects_ = adopt_all(rest.subspan(prefix.head_size, references_size));
  platform::Bytes body = rest.subspan(prefix.head_size + references_size);
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
