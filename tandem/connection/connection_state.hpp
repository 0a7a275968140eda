#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "tandem/connection/byte_connection.hpp"
#include "tandem/connection/luggage.hpp"
#include "tandem/connection/wire.hpp"

namespace tandem::multiprocessing {

/// One end of a line, as its handle has it.
class ByteConnection::State {
 public:
  State(std::unique_ptr<Wire> line, bool can_read, bool can_write);

  /// All of it; false if the deadline passed, or stop was requested, before any of it could go. What is broken off later, by an
  /// exception, ends this direction of the line.
  bool send(Outgoing& message, Deadline deadline, const std::stop_token& stop = {});
  /// Until `incoming` is whole; false if the deadline passed, or stop was requested, first. Throws EOFError, from then on always;
  /// std::length_error if it has more than `most` bytes: it is dropped then. Its bytes come into `place`, if it begins only now and
  /// they fit; if it is not whole in the end, what has come of it is kept elsewhere.
  bool receive(Deadline deadline, const std::stop_token& stop = {}, std::uint64_t most = any_size, std::span<char> place = {});
  /// The same, for who wants nothing but the bytes: a short message is shown where it is, if `shown` has a value then.
  bool receive(Wire::Shown& shown, Deadline deadline, const std::stop_token& stop, std::uint64_t most, std::span<char> place = {});
  /// The bytes of a message; nothing if receive() says false.
  std::optional<std::string> receive_string(Deadline deadline, const std::stop_token& stop, std::uint64_t most);
  /// The message, for which receive() has waited. Throws std::runtime_error, and it is gone, if it lacks what should be with it.
  Received take();

  static constexpr std::uint64_t any_size = std::numeric_limits<std::uint64_t>::max();

  std::unique_ptr<Wire> wire;
  const bool readable, writable;
  std::uint64_t longest = any_size;  // that is taken from the other side
  Incoming incoming;
  bool has_ended = false;
  bool is_cut_off = false;             // a message was, that was being sent
  std::optional<std::string> failure;  // why nothing more can be received
  std::optional<LuggageWay> luggage_in, luggage_out;

 private:
  bool receive_whole(Deadline deadline, const std::stop_token& stop, std::uint64_t most, std::span<char> place);
  Wire::Flow receive_piece(Wire::Patience patience, Wire::Shown* shown = nullptr);
  void drop_message();
};

}  // namespace tandem::multiprocessing
