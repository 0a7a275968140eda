#include "tandem/connection/listener.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "tandem/base/errors.hpp"
#include "tandem/connection/handshake.hpp"
#include "tandem/connection/wire.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/socket.hpp"
#include "tandem/sync/descriptors.hpp"

namespace tandem::multiprocessing::connection {
namespace {

platform::SocketKind kind_for(const platform::SocketAddress& address) {
  return address.is_unix() ? platform::SocketKind::messages : platform::SocketKind::stream;
}

/// A name that nobody else can have taken before.
Address any_address() {
  std::random_device random;
  return Address{"@tandem-" + std::to_string(unique_number()) + "-" + std::to_string(random()) + std::to_string(random())};
}

/// Sends what a step of the handshake wants to have sent, and throws if it has failed.
void carry_out(const Handshake::Step& step, ByteConnection& line) {
  for (const std::string& message : step.to_send) line.send_bytes(message);
  if (step.failure) throw AuthenticationError(*step.failure);
}

/// What somebody says whose key is not known yet; nothing if the deadline passed first.
std::optional<std::string> message_of(ByteConnection& line, const std::string& who, Deadline deadline) {
  const auto refuse = [&](const std::exception& error) {
    throw AuthenticationError(who + " does not speak as we do: " + error.what());
  };
  try {
    return line.try_recv_bytes(deadline);
  } catch (const EOFError&) {
    throw;
  } catch (const std::system_error&) {
    throw;
  } catch (const std::length_error& error) {
    refuse(error);
  } catch (const std::runtime_error& error) {
    refuse(error);
  }
  return std::nullopt;
}

}  // namespace

class Listener::State {
 public:
  State(const Address& address, ListenerOptions options)
      : options_{std::move(options)},
        socket_{platform::listen_on(address.socket_address(), options_.backlog, kind_for(address.socket_address()))},
        address_{platform::local_address(socket_.get())},
        file_{address_.path().empty() ? std::filesystem::path{} : std::filesystem::absolute(address_.path())} {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    std::error_code nobody_can_help;
    if (!file_.empty()) std::filesystem::remove(file_, nobody_can_help);
  }

  const platform::SocketAddress& address() const noexcept { return address_; }
  int fileno() const noexcept { return socket_.get(); }
  const std::string& last_accepted() const noexcept { return last_accepted_; }

  std::optional<ByteConnection> accept(const std::stop_token& stop, Deadline deadline) {
    for (;;) {
      take_all_that_wait();
      if (auto accepted = look_after_guests()) return accepted;
      if (!wait(stop, deadline)) return std::nullopt;
    }
  }

 private:
  /// Somebody who has connected and not yet shown the key.
  struct Guest {
    ByteConnection line;
    std::string from;
    Handshake handshake;
    Deadline limit;
  };
  // What strangers can make us keep.
  static constexpr std::size_t most_guests = 256;
  // How many are let in before those are looked after who are in.
  static constexpr int most_at_once = 64;

  void take_all_that_wait() {
    for (int i = 0; i < most_at_once && ready_.empty(); ++i) {
      platform::Accepted accepted = platform::accept_from(socket_.get());
      is_crowded_ = accepted.out_of_resources();
      if (is_crowded_ && guests_.empty()) platform::throw_error(accepted.error, "accept", address_.text());
      if (!accepted.socket) return;
      Guest guest{ByteConnection::over(std::move(accepted.socket)), accepted.peer.text(),
                  Handshake{Handshake::Side::listener, options_.authkey.value_or("")}, options_.handshake_timeout};
      if (!options_.authkey) {
        ready_.push_back(std::move(guest));
      } else if (greet(guest)) {
        // Showing a key takes a moment. Among so many, who has been here for longest has most likely come for something else.
        if (guests_.size() == most_guests) guests_.erase(guests_.begin());
        guests_.push_back(std::move(guest));
      }
    }
  }

  /// False if it has gone already.
  static bool greet(Guest& guest) {
    guest.line.restrict(Handshake::longest);
    try {
      carry_out(guest.handshake.begin(), guest.line);
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  enum class Outcome { welcome, not_yet, gone };

  /// Throws AuthenticationError.
  static Outcome advance(Guest& guest) {
    try {
      while (!guest.handshake.is_done()) {
        const auto message = message_of(guest.line, "somebody who connected from " + guest.from, Deadline::passed());
        if (!message) return guest.limit.expired() ? Outcome::gone : Outcome::not_yet;
        carry_out(guest.handshake.next(*message), guest.line);
      }
      guest.line.trust();
      return Outcome::welcome;
    } catch (const EOFError&) {
      return Outcome::gone;
    } catch (const std::system_error&) {
      return Outcome::gone;
    }
  }

  std::optional<ByteConnection> look_after_guests() {
    for (auto guest = guests_.begin(); guest != guests_.end();) {
      Guest current = std::move(*guest);
      guest = guests_.erase(guest);
      const Outcome outcome = advance(current);
      if (outcome == Outcome::welcome) ready_.push_back(std::move(current));
      if (outcome == Outcome::not_yet) guest = std::next(guests_.insert(guest, std::move(current)));
    }
    if (ready_.empty()) return std::nullopt;
    Guest first = std::move(ready_.front());
    ready_.erase(ready_.begin());
    last_accepted_ = std::move(first.from);
    return std::move(first.line);
  }

  /// Until something moves, or a guest's time is up.
  bool wait(const std::stop_token& stop, Deadline deadline) {
    std::vector<platform::Awaited> awaited;
    Deadline limit = deadline;
    if (is_crowded_) {
      // Nothing tells when there is a descriptor again.
      limit = std::min(limit, Deadline{std::chrono::milliseconds{50}});
    } else {
      awaited.push_back({socket_.get()});
    }
    for (const Guest& guest : guests_) {
      awaited.push_back({guest.line.fileno()});
      limit = std::min(limit, guest.limit);
    }
    return sync::wait_for_descriptors(awaited, limit, stop) || (limit < deadline && !stop.stop_requested());
  }

  ListenerOptions options_;
  platform::Fd socket_;
  platform::SocketAddress address_;
  std::filesystem::path file_;  // to be removed, wherever the current folder is by then
  std::vector<Guest> guests_;   // who came first stands first
  std::vector<Guest> ready_;
  bool is_crowded_ = false;  // there are no descriptors for more
  std::string last_accepted_;
};

Listener::Listener(const Address& address, ListenerOptions options)
    : state_{std::make_unique<State>(address, std::move(options))} {}
Listener::Listener(ListenerOptions options) : Listener{any_address(), std::move(options)} {}
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() = default;

Listener::State& Listener::state() const {
  if (state_ == nullptr) throw std::logic_error("this Listener is closed, or was moved from");
  return *state_;
}

Address Listener::address() const { return Address{state().address()}; }
int Listener::fileno() const { return state().fileno(); }
std::string Listener::last_accepted() const { return state().last_accepted(); }
void Listener::close() noexcept { state_.reset(); }

ByteConnection Listener::accept_bytes(Deadline deadline) {
  auto accepted = state().accept({}, deadline);
  if (!accepted) throw TimeoutError("nobody connected before the deadline");
  return *std::move(accepted);
}

std::optional<ByteConnection> Listener::try_accept_bytes(const std::stop_token& stop, Deadline deadline) {
  return state().accept(stop, deadline);
}

namespace {

ByteConnection connected(const Address& address, Deadline deadline) {
  const auto& where = address.socket_address();
  const auto throw_late = [&] { throw TimeoutError("connect " + where.text() + ": nobody has accepted before the deadline"); };
  platform::Connecting connecting = platform::start_connect(where, kind_for(where));
  while (connecting.state == platform::Connecting::State::full) {
    if (deadline.expired()) throw_late();
    // Nothing tells when there is room. Ctrl-C ends this pause.
    sync::wait_for_descriptors({}, std::min(deadline, Deadline{std::chrono::milliseconds{1}}));
    platform::try_connect(connecting, where);
  }
  if (connecting.state == platform::Connecting::State::on_its_way) {
    if (!sync::wait_writable(connecting.socket.get(), deadline)) throw_late();
    platform::finish_connect(connecting, where);
  }
  return ByteConnection::over(std::move(connecting.socket));
}

/// Throws AuthenticationError.
void show_key(ByteConnection& line, const std::string& key, const std::string& where, Deadline deadline) {
  Handshake handshake{Handshake::Side::client, key};
  line.restrict(Handshake::longest);
  const std::string who = "the other side at " + where;
  const auto next_message = [&] {
    try {
      if (auto message = message_of(line, who, deadline)) return *std::move(message);
    } catch (const EOFError&) {
      throw AuthenticationError(who + " has closed the connection before the keys were shown");
    }
    throw TimeoutError(who + " has not shown its authkey before the deadline: is it given one?");
  };
  carry_out(handshake.begin(), line);
  while (!handshake.is_done()) carry_out(handshake.next(next_message()), line);
  line.trust();
}

}  // namespace

ByteConnection connect(const Address& address, const ClientOptions& options) {
  const Deadline deadline = options.timeout;
  ByteConnection line = connected(address, deadline);
  if (options.authkey) show_key(line, *options.authkey, address.text(), deadline);
  return line;
}

}  // namespace tandem::multiprocessing::connection
