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

enum class BodyIs : std::uint16_t {
  here,       // behind the references
  in_memory,  // all that is in the memory of the last descriptor
  in_crate,   // in the crate of the last descriptor; here is its size, 8 bytes
};

/// What each message begins with.
struct Prefix {
  std::uint32_t head_size;
  BodyIs body;
  std::uint16_t objects;  // so many shared::References follow the head
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
  Stowed stowed_now;
  if (!body.stowed && bytes.size() > inline_limit && crates_ != nullptr) {
    stowed_now = crates_->acquire(bytes.size());
    if (stowed_now && !stowed_now.append(body.bytes)) stowed_now = {};
  }
  const Stowed& stowed = body.stowed ? body.stowed : stowed_now;
  const std::uint64_t stowed_size = stowed.size();
  const BodyIs where = stowed ? BodyIs::in_crate : bytes.size() > inline_limit ? BodyIs::in_memory : BodyIs::here;
  platform::Fd memory;
  if (where == BodyIs::in_memory) {
    memory = platform::make_sealed_memfd("tandem message", std::array{bytes});
    descriptors.push_back(memory.get());
  }
  if (where == BodyIs::in_crate) descriptors.push_back(stowed.crate().memory().get());
  const std::vector<shared::Reference> references = give_all(body, peer_);
  const Prefix prefix{static_cast<std::uint32_t>(head.size()), where, static_cast<std::uint16_t>(references.size())};
  const std::array parts{std::as_bytes(std::span{&prefix, 1}), head, std::as_bytes(std::span{references}),
                         where == BodyIs::here       ? bytes
                         : where == BodyIs::in_crate ? std::as_bytes(std::span{&stowed_size, 1})
                                                     : platform::Bytes{}};
  if (where == BodyIs::in_crate) stowed.crate().head().unread.store(1, std::memory_order_relaxed);
  return platform::send_message(socket_.get(), parts, descriptors) == platform::SendResult::sent;
}

Channel::Receive Channel::receive(Received& message, bool wait) {
  message.contents_ = {};  // before we wait: the sender may have a use for the crate
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(platform::max_message_size);
  platform::ReceivedMessage raw;
  switch (platform::receive_message(socket_.get(), {buffer_.get(), platform::max_message_size}, raw,
                                    wait ? platform::Patience::endless : platform::Patience::none)) {
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
  if (raw.descriptors_lost || (prefix.body != BodyIs::here && raw.descriptors.empty())) {
    throw std::runtime_error("a message arrived without its descriptors: this process has as many open as it may (see ulimit -n)");
  }
  const platform::Bytes rest{buffer_.get() + sizeof prefix, raw.size - sizeof prefix};
  message.head_ = rest.first(prefix.head_size);
  message.objects_ = adopt_all(rest.subspan(prefix.head_size, references_size));
  platform::Bytes body = rest.subspan(prefix.head_size + references_size);
  message.mapping_ = {};
  message.descriptors_ = std::move(raw.descriptors);
  if (prefix.body == BodyIs::in_memory) {
    message.mapping_ = platform::Mapping{message.descriptors_.back(), platform::Mapping::Access::read};
    message.descriptors_.pop_back();
    body = {message.mapping_.data(), message.mapping_.size()};
  } else if (prefix.body == BodyIs::in_crate) {
    std::uint64_t size = 0;
    if (body.size() != sizeof size) throw std::runtime_error("a message in a crate arrived without its size");
    std::memcpy(&size, body.data(), sizeof size);
    message.contents_ = opened_.open(message.descriptors_.back(), size);
    message.descriptors_.pop_back();
    body = message.contents_.bytes();
  }
  message.body_ = {reinterpret_cast<const char*>(body.data()), body.size()};
  return Receive::received;
}

void Channel::Received::copy_head(std::span<std::byte> head) const {
  if (head.size() != head_.size()) throw std::runtime_error("a message with another kind of head arrived");
  std::copy(head_.begin(), head_.end(), head.begin());
}

}  // namespace tandem::remote
