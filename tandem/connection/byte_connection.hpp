#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/connection/errors.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/remote/message.hpp"

namespace tandem::remote {
class InputArchive;
class OutputArchive;
}  // namespace tandem::remote

namespace tandem::multiprocessing {

/// One end of a line over which whole messages travel, as bytes: what all connections have in common. Python:
/// multiprocessing.connection.Connection.
///
/// For one sending and one receiving thread at a time. It may be given to another process as an argument or in a message, which
/// then has it as well: the other side sees the end of the line when all have closed it or ended. Several processes may send over
/// one end of a Pipe at the same time, and their messages stay whole (in Python they mix, if they are long); over TCP that needs a
/// Lock. Several may receive from one end what is not longer than 128 KB and speaks of no shared objects: each message goes to one
/// of them. A moved-from or closed one throws std::logic_error, Python OSError.
///
/// Waits end by KeyboardInterrupt and, at the deadline, by TimeoutError; what has come of a message until then is kept for the next
/// call. A send that ends by TimeoutError has sent nothing, and all is as before. Through a Pipe a message of up to 128 KB goes
/// whole or not at all; a longer one, and any over TCP, may be held up in its middle. Broken off there, by its deadline or stop
/// (MessageCutOff) or KeyboardInterrupt, it ends the line for the other side, which else would wait for the rest, or take what
/// comes next for it: so a deadline for long messages is one for the connection. Later sends throw std::system_error (EPIPE).
class ByteConnection {
 public:
  /// None; what else there is throws.
  ByteConnection() noexcept;
  ByteConnection(ByteConnection&&) noexcept;
  ByteConnection& operator=(ByteConnection&&) noexcept;
  ~ByteConnection();

  /// For select, epoll and the like: it can be read when a message or the end has come, or a part of a message. After poll() has
  /// said false, it can be read when there is something new. Python: fileno().
  int fileno() const;
  bool closed() const noexcept { return state_ == nullptr; }
  bool readable() const;
  bool writable() const;
  /// May be called again.
  void close() noexcept;

  /// Whether recv would not wait: there is a whole message, or the end. Waits for that until the deadline. Python: poll, which is
  /// true also when recv would have to wait for the rest of a message.
  bool poll(Deadline deadline = Deadline::passed());
  /// False also if stop was requested first.
  bool poll(std::stop_token stop, Deadline deadline = Deadline::never());

  /// Those bytes, from `offset` on. Waits while the other side leaves much unread; throws std::system_error (EPIPE) if nobody is
  /// left to read, TimeoutError, MessageCutOff. `bytes` may be of any size; over TCP, of less than 8 EiB. Throws std::out_of_range
  /// if they are not in `bytes`.
  void send_bytes(std::span<const std::byte> bytes, std::size_t offset = 0, std::optional<std::size_t> size = {},
                  Deadline deadline = Deadline::never());
  void send_bytes(std::string_view bytes, std::size_t offset = 0, std::optional<std::size_t> size = {},
                  Deadline deadline = Deadline::never());
  /// False, and nothing was sent, if the deadline passed, or stop was requested, before any of it could go. Throws MessageCutOff.
  bool try_send_bytes(std::string_view bytes, Deadline deadline);
  bool try_send_bytes(std::string_view bytes, std::stop_token stop, Deadline deadline = Deadline::never());
  bool try_send_bytes(std::span<const std::byte> bytes, Deadline deadline);
  bool try_send_bytes(std::span<const std::byte> bytes, std::stop_token stop, Deadline deadline = Deadline::never());

  /// A message. Throws EOFError; std::length_error if it has more than `maxlength` bytes: it is dropped then, and the next call
  /// gets the next one (in Python the connection is of no more use).
  std::string recv_bytes(std::optional<std::size_t> maxlength = {}, Deadline deadline = Deadline::never());
  /// Nothing if the deadline passed, or stop was requested, first.
  std::optional<std::string> try_recv_bytes(Deadline deadline = Deadline::passed(), std::optional<std::size_t> maxlength = {});
  std::optional<std::string> try_recv_bytes(std::stop_token stop, Deadline deadline = Deadline::never(),
                                            std::optional<std::size_t> maxlength = {});

  /// A message into that place, from `offset` on; how long it is. Throws BufferTooShort, which has the message, if there is not
  /// room enough: the place is as it was then, if this process is the only one that receives from this end. If anything else ends
  /// the wait, what has come may have been written there, and is kept for the next call elsewhere.
  std::size_t recv_bytes_into(std::span<std::byte> place, std::size_t offset = 0, Deadline deadline = Deadline::never());
  /// Nothing if the deadline passed, or stop was requested, first.
  std::optional<std::size_t> try_recv_bytes_into(std::span<std::byte> place, Deadline deadline = Deadline::passed());
  std::optional<std::size_t> try_recv_bytes_into(std::span<std::byte> place, std::stop_token stop,
                                                 Deadline deadline = Deadline::never());

  void save(remote::OutputArchive& out) const;
  void load(remote::InputArchive& in);

  /// The two ends of a new line within this machine. If it is not duplex, the first can only receive and the second only send.
  static std::pair<ByteConnection, ByteConnection> pipe(bool duplex);
  /// Over a connected socket: of packets, if it is a unix one, or TCP. The other side is not trusted: memory is set aside only as
  /// its messages arrive.
  static ByteConnection over(platform::Fd socket);
  /// No longer messages are taken until it is trusted: they throw std::length_error.
  void restrict(std::uint64_t longest) noexcept;
  void trust() noexcept;

 protected:
  class State;
  /// What has come: the bytes of a value, and what they speak of.
  struct Received {
    std::string bytes;
    std::vector<platform::Fd> descriptors;
    std::vector<std::shared_ptr<shared::Object>> objects;
  };

  explicit ByteConnection(std::unique_ptr<State> state) noexcept;

  State& state() const;

  /// False, and nothing was sent, if the deadline passed or stop was requested before any of it could go.
  bool send_message(const remote::Message& message, Deadline deadline, const std::stop_token& stop = {});
  void send_message_or_throw(const remote::Message& message, Deadline deadline);
  /// Nothing if the deadline passed or stop was requested first.
  std::optional<Received> receive_message(Deadline deadline, const std::stop_token& stop = {});
  Received receive_message_or_throw(Deadline deadline);

 private:
  bool poll_until(Deadline deadline, const std::stop_token& stop);
  std::optional<std::size_t> receive_into(std::span<std::byte> place, Deadline deadline, const std::stop_token& stop);

  std::unique_ptr<State> state_;
};

}  // namespace tandem::multiprocessing
