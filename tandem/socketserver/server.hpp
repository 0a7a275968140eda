#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "tandem/socketserver/any_server.hpp"

namespace tandem::socketserver {

/// Serves protocol P on a TCP port. Python: socketserver.TCPServer with its mixins; here the mixin is a field of Options.
///
///     Server<Upper>{{.bind = "127.0.0.1:9000"}}.serve_forever();
///
///     Server<Chat> server{{.bind = ":9000"}, [&room] { return Chat{room}; }};   // a protocol that needs something
///
/// The constructor binds and listens, so clients may connect before serve_forever() runs. Throws std::invalid_argument if
/// Options::bind is no address, std::system_error if the port is taken.
/// Lifetime: destroy it after serve_forever() has returned and no other thread is in one of its members.
template <Protocol P>
class Server {
 public:
  explicit Server(Options options = {})
    requires std::default_initializable<P>
      : Server{std::move(options), [] { return P{}; }} {}

  /// `factory()` gives the protocol object of each new connection; one thread calls it.
  template <class Factory>
    requires std::same_as<std::invoke_result_t<Factory&>, P>
  Server(Options options, Factory factory)
      : server_{std::move(options), [factory = std::move(factory)]() mutable -> std::unique_ptr<AnyProtocol> {
                  return std::make_unique<ProtocolAdapter<P>>(factory);
                }} {}

  /// Serves on the calling thread until shutdown. Once only: a second call throws std::logic_error. On the main thread of a program
  /// that called tandem::init, Ctrl-C ends it with KeyboardInterrupt, and all connections at once.
  void serve_forever() { server_.serve_forever(); }
  /// Stops accepting, closes connections that wait for input, lets those that are sending finish (for at most
  /// Options::shutdown_grace), and waits until serve_forever() has returned. From any thread; called by a protocol, it does not
  /// wait.
  void shutdown() { server_.shutdown(); }
  /// The same without waiting. May be called by a signal handler.
  void request_shutdown() noexcept { server_.request_shutdown(); }
  /// Where it listens, with the port that the kernel chose if it was asked to: "127.0.0.1:41237".
  std::string server_address() const { return server_.address().text(); }

 private:
  AnyServer server_;
};

}  // namespace tandem::socketserver
