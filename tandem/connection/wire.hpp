#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tandem/platform/fd.hpp"
#include "tandem/platform/message_socket.hpp"

namespace tandem::multiprocessing {

/// A message that is arriving, piece by piece; kept until it is whole, however often the wait for it is given up.
struct Incoming {
  bool has_begun = false;
  bool is_dropped = false;        ///< Nobody wants it: its bytes are not kept.
  bool is_in_place = false;       ///< Its bytes are in `place`, and else in `bytes`.
  bool descriptors_lost = false;  ///< This process had no room for them.
  std::uint64_t size = 0;         ///< Known once it has begun.
  std::uint64_t arrived = 0;      ///< Bytes of it.
  std::string bytes;
  std::span<char> place;  ///< Whoever waits would like to have it there, if it fits; see leave_place().
  std::vector<platform::Fd> descriptors;
  std::uint64_t luggage = 0;  ///< Its number, if shared objects come along, see Luggage; else 0.
  std::uint64_t number = 0;   ///< Which message it is, where those of several senders may come in turn.

  bool is_whole() const noexcept { return has_begun && arrived == size; }
  /// The place is needed for something else, or whoever offered it goes. If there is no memory for what is in it, the message is
  /// dropped.
  void leave_place();
};

/// A message that is being sent; what it refers to must stay until it has gone.
struct Outgoing {
  std::span<const char> bytes;
  std::span<const int> descriptors{};
  std::uint64_t luggage = 0;
  std::uint64_t number = 0;                  ///< As in Incoming; the wire gives it.
  std::uint64_t sent = 0;                    ///< Bytes of it.
  bool has_begun = false;                    ///< Something has gone.
  std::size_t head_sent = 0, head_size = 0;  ///< What the wire puts before it.

  bool is_gone() const noexcept { return has_begun && sent == bytes.size() && head_sent == head_size; }
};

/// A number that no other message has, whichever process of this machine sends it and over whatever; never 0.
std::uint64_t unique_number() noexcept;

/// How whole messages travel over a socket. It does not wait for longer than it is told to.
class Wire {
 public:
  using Patience = platform::Patience;
  /// A message, until the next call.
  using Shown = std::optional<std::span<const char>>;

  enum class Flow : std::uint8_t {
    goes_on,  ///< Something moved.
    waits,    ///< Not at the moment, or for the nap that was allowed: the socket must become ready first.
    ended,    ///< The other side is gone; when receiving, after all that it had sent was taken.
  };

  explicit Wire(platform::Fd socket) noexcept : socket_{std::move(socket)} {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  int fileno() const noexcept { return socket_.get(); }
  const platform::Fd& socket() const noexcept { return socket_; }

  /// Moves a piece of the message, which is not gone yet. Throws std::system_error; std::invalid_argument, and nothing has gone.
  virtual Flow send(Outgoing& message, Patience patience) = 0;
  /// Takes a piece of the message, which is not whole yet; of another one, if that comes in between. A short one, of nothing but
  /// bytes, may instead be shown where it is, if `shown` is not null: then `message` is as it was. Throws also std::runtime_error
  /// for what is no message, after which nothing more can be received.
  virtual Flow receive(Incoming& message, Patience patience, Shown* shown = nullptr) = 0;
  /// Whether it has taken something in that receive() has not given out yet.
  virtual bool has_parts() const noexcept = 0;
  virtual bool takes_descriptors() const noexcept = 0;

  /// From now on the other side is believed how long its messages are, and memory is set aside for all of one when it begins.
  void trust() noexcept { is_trusted_ = true; }
  bool is_trusted() const noexcept { return is_trusted_; }

 protected:
  /// Finds the place for a message that has just begun, and sets aside what there is to set aside.
  void make_ready(Incoming& message) const;
  /// Room for what comes next of a message that is not whole, at most so many bytes, behind what has arrived.
  static std::span<char> room_for(Incoming& message, std::size_t most);

 private:
  platform::Fd socket_;
  bool is_trusted_ = false;
};

}  // namespace tandem::multiprocessing
