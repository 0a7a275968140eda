#include "tandem/connection/byte_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "tandem/base/errors.hpp"
#include "tandem/connection/connection_state.hpp"
#include "tandem/connection/packet_wire.hpp"
#include "tandem/connection/stream_wire.hpp"
#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tandem/platform/socket.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/sync/descriptors.hpp"

namespace tandem::multiprocessing {
namespace {

// Three packets, with all that the system counts as theirs: while one process empties the first, another one fills the next. With
// more of them on their way, they are out of the processor's cache when they are received.
constexpr int send_buffer = 208 * 1024;

[[noreturn]] void throw_too_long(std::uint64_t size, std::uint64_t most) {
  throw std::length_error("a message of " + std::to_string(size) + " bytes came, and at most " + std::to_string(most) +
                          " were wanted: it was dropped");
}

[[noreturn]] void throw_cut_off(const Outgoing& message) {
  throw MessageCutOff("a message was called off when " + std::to_string(message.sent) + " of its " +
                      std::to_string(message.bytes.size()) + " bytes had been sent: nothing more can be sent over this connection");
}

[[noreturn]] void throw_nothing_sent() { throw TimeoutError("nothing of the message could be sent before the deadline"); }

std::string_view text_of(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// To sleep in the call that receives is one call, to be told that there is nothing, to sleep and to receive then is three.
Wire::Patience patience_until(Deadline deadline, const std::stop_token& stop) {
  return sync::may_nap(deadline, stop) ? Wire::Patience::nap : Wire::Patience::none;
}

}  // namespace

ByteConnection::State::State(std::unique_ptr<Wire> line, bool can_read, bool can_write)
    : wire{std::move(line)}, readable{can_read}, writable{can_write} {}

bool ByteConnection::State::send(Outgoing& message, Deadline deadline, const std::stop_token& stop) {
  if (!writable) throw std::logic_error("this end of the pipe is for receiving only");
  if (is_cut_off) platform::throw_error(EPIPE, "send", "a connection over which a message was broken off in its middle");
  try {
    while (!message.is_gone()) {
      switch (wire->send(message, patience_until(deadline, stop))) {
        case Wire::Flow::goes_on:
          break;
        case Wire::Flow::waits:
          if (sync::wait_writable(wire->fileno(), deadline, stop)) break;
          if (!message.has_begun) return false;
          throw_cut_off(message);
        case Wire::Flow::ended:
          platform::throw_error(EPIPE, "send", "a connection whose other end was closed");
      }
    }
  } catch (...) {
    if (message.has_begun) {
      is_cut_off = true;
      platform::shutdown_write(wire->fileno());
    }
    throw;
  }
  return true;
}

Wire::Flow ByteConnection::State::receive_piece(Wire::Patience patience, Wire::Shown* shown) {
  if (failure) throw std::runtime_error(*failure);
  if (has_ended) return Wire::Flow::ended;
  try {
    return wire->receive(incoming, patience, shown);
  } catch (const std::system_error&) {
    throw;
  } catch (const std::runtime_error& error) {
    failure = error.what();
    throw;
  }
}

bool ByteConnection::State::receive(Deadline deadline, const std::stop_token& stop, std::uint64_t most, std::span<char> place) {
  if (!readable) throw std::logic_error("this end of the pipe is for sending only");
  try {
    if (receive_whole(deadline, stop, std::min(most, longest), place)) return true;
  } catch (...) {
    incoming.leave_place();
    throw;
  }
  incoming.leave_place();
  return false;
}

bool ByteConnection::State::receive(Wire::Shown& shown, Deadline deadline, const std::stop_token& stop, std::uint64_t most,
                                    std::span<char> place) {
  most = std::min(most, longest);
  if (readable && !incoming.has_begun) {
    // A short message that is there, or the next thing to come, is most of what there is. The rest sees to all else.
    incoming.place = place;
    receive_piece(patience_until(deadline, stop), &shown);
    if (shown && shown->size() > most) throw_too_long(shown->size(), most);
    if (shown) return true;
  }
  return receive(deadline, stop, most, place);
}

std::optional<std::string> ByteConnection::State::receive_string(Deadline deadline, const std::stop_token& stop,
                                                                 std::uint64_t most) {
  Wire::Shown shown;
  if (!receive(shown, deadline, stop, most)) return std::nullopt;
  return shown ? std::string{shown->data(), shown->size()} : take().bytes;
}

bool ByteConnection::State::receive_whole(Deadline deadline, const std::stop_token& stop, std::uint64_t most,
                                          std::span<char> place) {
  for (;;) {
    if (incoming.is_dropped) {
      if (incoming.is_whole()) incoming = {};
    } else if (incoming.size > most) {
      drop_message();
      throw_too_long(incoming.size, most);
    } else if (incoming.is_whole()) {
      return true;
    }
    if (!incoming.has_begun) incoming.place = place;
    switch (receive_piece(patience_until(deadline, stop))) {
      case Wire::Flow::goes_on:
        break;
      case Wire::Flow::waits:
        if (!sync::wait_readable(wire->fileno(), deadline, stop)) return false;
        break;
      case Wire::Flow::ended:
        has_ended = true;
        throw EOFError(incoming.has_begun || wire->has_parts() ? "the connection ended in the middle of a message"
                                                               : "the other end of the connection was closed");
    }
  }
}

void ByteConnection::State::drop_message() {
  incoming.is_dropped = true;
  incoming.is_in_place = false;
  incoming.bytes = {};
  incoming.descriptors.clear();
  if (incoming.luggage != 0 && luggage_in) luggage_in->drop(incoming.luggage);
}

ByteConnection::Received ByteConnection::State::take() {
  Incoming message = std::exchange(incoming, {});
  Received received{std::move(message.bytes), std::move(message.descriptors), {}};
  if (message.luggage != 0 && luggage_in) received.objects = luggage_in->take(message.luggage);
  if (message.descriptors_lost) {
    throw std::runtime_error("a message arrived without its descriptors: this process has as many open as it may (see ulimit -n)");
  }
  return received;
}

ByteConnection::ByteConnection() noexcept = default;
ByteConnection::ByteConnection(ByteConnection&&) noexcept = default;
ByteConnection& ByteConnection::operator=(ByteConnection&&) noexcept = default;
ByteConnection::~ByteConnection() = default;
ByteConnection::ByteConnection(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}

ByteConnection::State& ByteConnection::state() const {
  if (state_ == nullptr) throw std::logic_error("this connection is closed, or was moved from");
  return *state_;
}

int ByteConnection::fileno() const { return state().wire->fileno(); }
bool ByteConnection::readable() const { return state().readable; }
bool ByteConnection::writable() const { return state().writable; }
void ByteConnection::restrict(std::uint64_t longest) noexcept { state_->longest = longest; }
void ByteConnection::trust() noexcept {
  state_->longest = State::any_size;
  state_->wire->trust();
}
void ByteConnection::close() noexcept { state_.reset(); }

bool ByteConnection::poll(Deadline deadline) { return poll_until(deadline, {}); }
bool ByteConnection::poll(std::stop_token stop, Deadline deadline) { return poll_until(deadline, stop); }

bool ByteConnection::poll_until(Deadline deadline, const std::stop_token& stop) {
  State& line = state();
  try {
    return line.receive(deadline, stop);
  } catch (const std::runtime_error&) {
    // recv has the same to tell, at once.
    if (line.has_ended || line.failure) return true;
    throw;
  }
}

void ByteConnection::send_bytes(std::string_view bytes, std::size_t offset, std::optional<std::size_t> size, Deadline deadline) {
  if (offset > bytes.size() || size.value_or(0) > bytes.size() - offset) {
    throw std::out_of_range("send_bytes: bytes " + std::to_string(offset) + " to " + std::to_string(offset + size.value_or(0)) +
                            " of " + std::to_string(bytes.size()) + ": there are not so many");
  }
  if (!try_send_bytes(bytes.substr(offset, size.value_or(bytes.size() - offset)), deadline)) throw_nothing_sent();
}

void ByteConnection::send_bytes(std::span<const std::byte> bytes, std::size_t offset, std::optional<std::size_t> size,
                                Deadline deadline) {
  send_bytes(text_of(bytes), offset, size, deadline);
}

bool ByteConnection::try_send_bytes(std::string_view bytes, Deadline deadline) {
  return try_send_bytes(bytes, std::stop_token{}, deadline);
}

bool ByteConnection::try_send_bytes(std::string_view bytes, std::stop_token stop, Deadline deadline) {
  Outgoing message{.bytes = bytes};
  return state().send(message, deadline, stop);
}

bool ByteConnection::try_send_bytes(std::span<const std::byte> bytes, Deadline deadline) {
  return try_send_bytes(text_of(bytes), deadline);
}

bool ByteConnection::try_send_bytes(std::span<const std::byte> bytes, std::stop_token stop, Deadline deadline) {
  return try_send_bytes(text_of(bytes), std::move(stop), deadline);
}

std::string ByteConnection::recv_bytes(std::optional<std::size_t> maxlength, Deadline deadline) {
  auto bytes = state().receive_string(deadline, {}, maxlength.value_or(State::any_size));
  if (!bytes) throw TimeoutError("no message came before the deadline");
  return *std::move(bytes);
}

std::optional<std::string> ByteConnection::try_recv_bytes(Deadline deadline, std::optional<std::size_t> maxlength) {
  return try_recv_bytes({}, deadline, maxlength);
}

std::optional<std::string> ByteConnection::try_recv_bytes(std::stop_token stop, Deadline deadline,
                                                          std::optional<std::size_t> maxlength) {
  return state().receive_string(deadline, stop, maxlength.value_or(State::any_size));
}

std::size_t ByteConnection::recv_bytes_into(std::span<std::byte> place, std::size_t offset, Deadline deadline) {
  if (offset > place.size()) {
    throw std::out_of_range("recv_bytes_into: offset " + std::to_string(offset) + " in a place of " + std::to_string(place.size()) +
                            " bytes");
  }
  const auto size = receive_into(place.subspan(offset), deadline, {});
  if (!size) throw TimeoutError("no message came before the deadline");
  return *size;
}

std::optional<std::size_t> ByteConnection::try_recv_bytes_into(std::span<std::byte> place, Deadline deadline) {
  return receive_into(place, deadline, {});
}

std::optional<std::size_t> ByteConnection::try_recv_bytes_into(std::span<std::byte> place, std::stop_token stop,
                                                               Deadline deadline) {
  return receive_into(place, deadline, stop);
}

std::optional<std::size_t> ByteConnection::receive_into(std::span<std::byte> place, Deadline deadline,
                                                        const std::stop_token& stop) {
  const std::span<char> room{reinterpret_cast<char*>(place.data()), place.size()};
  State& line = state();
  Wire::Shown shown;
  if (!line.receive(shown, deadline, stop, State::any_size, room)) return std::nullopt;
  const bool is_there = !shown && line.incoming.is_in_place;
  const auto size = shown ? shown->size() : static_cast<std::size_t>(line.incoming.size);
  std::string elsewhere;
  if (!shown) elsewhere = line.take().bytes;
  if (size > room.size()) {
    if (shown) elsewhere.assign(shown->data(), shown->size());
    const std::string what = "a message of " + std::to_string(size) + " bytes does not fit into " + std::to_string(room.size());
    throw BufferTooShort(what, std::move(elsewhere));
  }
  if (!is_there && size != 0) std::memcpy(room.data(), shown ? shown->data() : elsewhere.data(), size);
  return size;
}

bool ByteConnection::send_message(const remote::Message& message, Deadline deadline, const std::stop_token& stop) {
  State& line = state();
  std::vector<int> descriptors;
  for (const platform::Fd& fd : message.descriptors) descriptors.push_back(fd.get());
  Outgoing outgoing{.bytes = message.bytes, .descriptors = descriptors};
  if (message.objects.empty()) return line.send(outgoing, deadline, stop);
  if (!line.luggage_out) {
    throw std::invalid_argument(
        "a shared object can only be sent through a Pipe: over this connection nobody could know who has it");
  }
  // The luggage goes first, to be there when the message is; and if that has to wait, it is not sent again at each attempt.
  const bool may_give_up = !deadline.is_never() || stop.stop_possible();
  if (may_give_up && !sync::wait_writable(line.wire->fileno(), deadline, stop)) return false;
  const auto number = line.luggage_out->send(message.objects, deadline, stop);
  if (!number) return false;
  outgoing.luggage = *number;
  try {
    if (line.send(outgoing, deadline, stop)) return true;
  } catch (...) {
    line.luggage_out->take_back(*number);
    throw;
  }
  line.luggage_out->take_back(*number);
  return false;
}

void ByteConnection::send_message_or_throw(const remote::Message& message, Deadline deadline) {
  if (!send_message(message, deadline)) throw_nothing_sent();
}

std::optional<ByteConnection::Received> ByteConnection::receive_message(Deadline deadline, const std::stop_token& stop) {
  if (!state().receive(deadline, stop)) return std::nullopt;
  return state().take();
}

ByteConnection::Received ByteConnection::receive_message_or_throw(Deadline deadline) {
  auto message = receive_message(deadline);
  if (!message) throw TimeoutError("no message came before the deadline");
  return *std::move(message);
}

void ByteConnection::save(remote::OutputArchive& out) const {
  const bool exists = state_ != nullptr;
  out(exists);
  if (!exists) return;
  if (state_->incoming.has_begun || state_->wire->has_parts()) {
    throw std::logic_error("a connection cannot be given away in the middle of a message: receive that first");
  }
  out(state_->readable, state_->writable, state_->wire->takes_descriptors(), state_->wire->is_trusted());
  out.attach(state_->wire->socket());
  for (auto* const way : {&state_->luggage_in, &state_->luggage_out}) {
    out(way->has_value());
    if (*way) out((*way)->hand_on());
  }
}

void ByteConnection::load(remote::InputArchive& in) {
  state_.reset();
  bool exists = false;
  in(exists);
  if (!exists) return;
  bool readable = false;
  bool writable = false;
  bool is_local = false;
  bool is_trusted = false;
  in(readable, writable, is_local, is_trusted);
  platform::Fd socket = in.detach();
  auto wire = is_local ? std::unique_ptr<Wire>{std::make_unique<PacketWire>(std::move(socket))}
                       : std::make_unique<StreamWire>(std::move(socket));
  if (is_trusted) wire->trust();
  auto state = std::make_unique<State>(std::move(wire), readable, writable);
  for (auto* const way : {&state->luggage_in, &state->luggage_out}) {
    bool has_way = false;
    in(has_way);
    if (!has_way) continue;
    auto queue = remote::detail::blank<Queue<Luggage>>();
    in(queue);
    way->emplace(std::move(queue));
  }
  state_ = std::move(state);
}

std::pair<ByteConnection, ByteConnection> ByteConnection::pipe(bool duplex) {
  auto ends = platform::message_socket_pair();
  auto first = std::make_unique<State>(std::make_unique<PacketWire>(std::move(ends.first)), true, duplex);
  auto second = std::make_unique<State>(std::make_unique<PacketWire>(std::move(ends.second)), duplex, true);
  const auto connect = [](State& from, State& to) {
    const Queue<Luggage> way;
    from.luggage_out.emplace(way);
    to.luggage_in.emplace(way);
  };
  connect(*second, *first);
  if (duplex) connect(*first, *second);
  for (State* const end : {first.get(), second.get()}) {
    end->wire->trust();
    platform::set_nap(end->wire->fileno(), sync::longest_nap);
    platform::set_send_buffer_size(end->wire->fileno(), send_buffer);
  }
  return {ByteConnection{std::move(first)}, ByteConnection{std::move(second)}};
}

ByteConnection ByteConnection::over(platform::Fd socket) {
  if (!platform::local_address(socket.get()).is_unix()) {
    return ByteConnection{std::make_unique<State>(std::make_unique<StreamWire>(std::move(socket)), true, true)};
  }
  platform::set_blocking(socket.get());  // or calls would not nap
  platform::set_nap(socket.get(), sync::longest_nap);
  platform::set_send_buffer_size(socket.get(), send_buffer);
  return ByteConnection{std::make_unique<State>(std::make_unique<PacketWire>(std::move(socket)), true, true)};
}

}  // namespace tandem::multiprocessing
