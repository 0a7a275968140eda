#pragma once

#include <optional>
#include <stop_token>
#include <utility>

#include "tandem/connection/byte_connection.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/callable.hpp"

namespace tandem::multiprocessing {

/// One end of a line over which values of a type travel. Python: multiprocessing.connection.Connection.
///
/// T is what can be sent to another process: values that can be serialized; through a Pipe, also handles of shared objects,
/// Connections that came from a Pipe, and descriptors, which "@name" and a path carry, too. Both ends must agree on T, and be of
/// the same build (in Python any object can be sent over any connection). See ByteConnection for the rest.
///
///     auto [left, right] = mp::Pipe<Message>();
///     mp::Process p{[](mp::Connection<Message> line) { line.send(line.recv()); }, std::move(right)};
template <class T = std::string>
class Connection : public ByteConnection {
 public:
  Connection() noexcept = default;
  explicit Connection(ByteConnection bytes) noexcept : ByteConnection{std::move(bytes)} {}

  /// Throws what the value's serialize() throws, before anything is sent, and what send_bytes throws: TimeoutError if nothing could
  /// be sent before the deadline, MessageCutOff.
  void send(const T& value, Deadline deadline = Deadline::never()) { send_message_or_throw(message_of(value), deadline); }
  /// False, and nothing was sent, if the deadline passed, or stop was requested, before any of it could go. Throws MessageCutOff.
  bool try_send(const T& value, Deadline deadline) { return send_message(message_of(value), deadline); }
  bool try_send(const T& value, std::stop_token stop, Deadline deadline = Deadline::never()) {
    return send_message(message_of(value), deadline, stop);
  }

  /// Throws EOFError, TimeoutError, what the value's serialize() throws, and std::runtime_error if the bytes are no such value.
  T recv(Deadline deadline = Deadline::never()) { return value_in(receive_message_or_throw(deadline)); }
  /// Nothing if the deadline passed, or stop was requested, first.
  std::optional<T> try_recv(Deadline deadline = Deadline::passed()) { return value_in(receive_message(deadline)); }
  std::optional<T> try_recv(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return value_in(receive_message(deadline, stop));
  }

 private:
  static remote::Message message_of(const T& value) {
    remote::Message message;
    remote::OutputArchive out{message};
    remote::detail::save_value(out, value);
    return message;
  }
  static T value_in(Received message) {
    T value = remote::detail::blank<T>();
    remote::InputArchive in{message.bytes, message.descriptors, message.objects};
    remote::detail::load_value(in, value);
    return value;
  }
  static std::optional<T> value_in(std::optional<Received> message) {
    if (!message) return std::nullopt;
    return value_in(*std::move(message));
  }
};

/// Two connected ends for two processes of this machine, or threads of one. If it is not duplex, the first can only receive and the
/// second only send. Python: multiprocessing.Pipe.
///
///     auto [left, right] = mp::Pipe<int>();
template <class T = std::string>
std::pair<Connection<T>, Connection<T>> Pipe(bool duplex = true) {
  auto [first, second] = ByteConnection::pipe(duplex);
  return {Connection<T>{std::move(first)}, Connection<T>{std::move(second)}};
}

}  // namespace tandem::multiprocessing
