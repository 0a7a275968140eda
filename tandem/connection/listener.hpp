#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/connection/address.hpp"
#include "tandem/connection/connection.hpp"

namespace tandem::multiprocessing::connection {

struct ListenerOptions {
  int backlog = 64;  ///< How many may wait before they are accepted.
  /// Whoever connects must have the same; nothing: everybody may. Python: authkey.
  std::optional<std::string> authkey{};
  /// How long somebody who connects has to prove that.
  Deadline::Clock::duration handshake_timeout = std::chrono::seconds{10};
};

/// Waits for connections at an address. Python: multiprocessing.connection.Listener.
///
/// Who connects and says nothing, or less than it should, holds up nobody else (in Python, accept() waits for it), and is dropped
/// when its time is up, or when 256 have come after it. Without an authkey, whoever can reach the address is let in, and "@name"
/// can be reached by every user of the machine; what comes is then not believed to be as long as it says, but it is loaded. For one
/// thread at a time. Waits end by KeyboardInterrupt and, at the deadline, by TimeoutError.
///
///     connection::Listener listener{"localhost:6000", {.authkey = "secret"}};
///     mp::Connection<Order> customer = listener.accept<Order>();
class Listener {
 public:
  /// Throws std::system_error: "bind 127.0.0.1:6000: Address already in use", which a file also is that a killed process has left.
  explicit Listener(const Address& address, ListenerOptions options = {});
  /// At a name of its own choice, see address(). Python: Listener(), at a file.
  explicit Listener(ListenerOptions options = {});
  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;
  /// As close().
  ~Listener();

  /// Where it really listens, with the port that the system chose.
  Address address() const;
  /// For poll and the like: somebody may have connected; with an authkey, it is not known yet whether that one may.
  int fileno() const;

  /// The next one. Throws AuthenticationError if somebody has come who does not have the key; others can be accepted after that.
  /// Who goes away or is silent before it has shown the key is no error. std::system_error (EMFILE) if there is no descriptor for
  /// it; it waits. Values are T, see Connection.
  template <class T = std::string>
  Connection<T> accept(Deadline deadline = Deadline::never()) {
    return Connection<T>{accept_bytes(deadline)};
  }
  /// Nothing if the deadline passed, or stop was requested, first.
  template <class T = std::string>
  std::optional<Connection<T>> try_accept(std::stop_token stop, Deadline deadline = Deadline::never()) {
    auto bytes = try_accept_bytes(stop, deadline);
    if (!bytes) return std::nullopt;
    return Connection<T>{*std::move(bytes)};
  }
  /// Where the last one accepted came from; empty if it has no address.
  std::string last_accepted() const;

  /// Nobody can connect any more; a file is removed. May be called again.
  void close() noexcept;

 private:
  class State;

  ByteConnection accept_bytes(Deadline deadline);
  std::optional<ByteConnection> try_accept_bytes(const std::stop_token& stop, Deadline deadline);
  State& state() const;

  std::unique_ptr<State> state_;
};

struct ClientOptions {
  std::optional<std::string> authkey{};
  /// For connecting and for showing the keys.
  Deadline::Clock::duration timeout = std::chrono::seconds{30};
};

/// Connects to a Listener. Throws std::system_error if there is none, AuthenticationError if that has another key, TimeoutError (in
/// Python, it waits for ever for a listener that has no key). The digest is SHA-256 only: CPython before 3.12 knows MD5 alone, and
/// is refused. Values are T, see Connection. Python: multiprocessing.connection.Client.
ByteConnection connect(const Address& address, const ClientOptions& options = {});
template <class T = std::string>
Connection<T> Client(const Address& address, const ClientOptions& options = {}) {  // NOLINT: Python's name
  return Connection<T>{connect(address, options)};
}

}  // namespace tandem::multiprocessing::connection
