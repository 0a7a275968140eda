#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/platform/fd.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tandem/remote/crate_store.hpp"
#include "tandem/remote/message.hpp"
#include "tandem/remote/opened_crates.hpp"

namespace tandem::remote {

/// One end of a line between two processes, over which whole messages travel, each behind a head of the two sides' own making.
///
/// Small messages go through a socket; the bytes of a large one go through memory that the socket only hands over, so that a
/// sender never waits until the receiver has taken a large message: in a Crate, if they stand there already, or if the channel was
/// given a store of them; else in memory of their own, which costs more. A message arrives whole or not at all, however the sender
/// ends.
/// To be used by one sending and one receiving thread at a time.
class Channel {
 public:
  /// A message as it arrived. What it refers to stays until the next receive() and no longer than the object.
  class Received;
  enum class Receive { received, closed, nothing };

  Channel() noexcept = default;
  explicit Channel(platform::Fd socket) noexcept : socket_{std::move(socket)} {}
  /// Two connected ends.
  static std::pair<Channel, Channel> pair();

  int fileno() const noexcept { return socket_.get(); }
  explicit operator bool() const noexcept { return static_cast<bool>(socket_); }
  platform::Fd release() && noexcept { return std::move(socket_); }
  void close() noexcept { socket_.reset(); }
  /// Closes it, and tells the other side that nothing more comes, also if processes that were forked meanwhile have copies of it.
  void end() noexcept;

  /// Says which process of the arena is at the other end; needed before shared objects can be sent there.
  void peer(std::uint32_t process) noexcept { peer_ = process; }

  /// Has large messages sent in crates of this store, which must outlive the channel.
  void crates(CrateStore& store) noexcept { crates_ = &store; }

  /// False if nobody is left to receive it. Waits only while the other side leaves many messages lying about. The descriptors are
  /// copied. Throws std::system_error; std::length_error for more descriptors than a message can take.
  template <class Head>
    requires std::is_trivially_copyable_v<Head>
  bool send(const Head& head, const Message& body = {}) {
    return send(std::as_bytes(std::span{&head, 1}), body);
  }

  /// Takes the next message; `nothing` only without `wait`. `closed` when the other side is gone and all that it sent was taken.
  /// Throws std::system_error; std::runtime_error for what is no message of ours.
  Receive receive(Received& message, bool wait = true);

 private:
  bool send(platform::Bytes head, const Message& body);

  platform::Fd socket_;
  std::optional<std::uint32_t> peer_;
  CrateStore* crates_ = nullptr;
  OpenedCrates opened_;
  std::unique_ptr<std::byte[]> buffer_;  // made by the first receive()
};

class Channel::Received {
 public:
  /// Throws std::runtime_error if the message has another head.
  template <class Head>
    requires std::is_trivially_copyable_v<Head>
  Head head() const {
    Head head;
    copy_head(std::as_writable_bytes(std::span{&head, 1}));
    return head;
  }
  std::span<const char> body() const noexcept { return body_; }
  std::span<platform::Fd> descriptors() noexcept { return descriptors_; }
  std::span<const std::shared_ptr<shared::Object>> objects() const noexcept { return objects_; }

 private:
  friend class Channel;

  void copy_head(std::span<std::byte> head) const;

  platform::Bytes head_;
  std::span<const char> body_;
  platform::Mapping mapping_;        // where the body stands if it is large
  OpenedCrates::Contents contents_;  // or this
  std::vector<platform::Fd> descriptors_;
  std::vector<std::shared_ptr<shared::Object>> objects_;
};

}  // namespace tandem::remote
