#pragma once

#include <functional>
#include <utility>

#include "tandem/socketserver/server.hpp"
#include "tests/socketserver/support/client.hpp"
#include "tests/socketserver/support/running.hpp"

namespace tandem::test {

/// Serves P until the end of the scope.
template <socketserver::Protocol P>
struct Service {
  explicit Service(socketserver::Options options = {}) : server{std::move(options)} {}
  template <class Factory>
  Service(socketserver::Options options, Factory factory) : server{std::move(options), std::move(factory)} {}

  Client connect() const { return Client{server.server_address()}; }

  socketserver::Server<P> server;
  std::function<void()> serve = [this] { server.serve_forever(); };
  std::function<void()> stop = [this] { server.shutdown(); };
  Running<std::function<void()>, std::function<void()>> running{serve, stop};
};

}  // namespace tandem::test
