#pragma once

#include <memory>
#include <string>

#include "tandem/http/handler.hpp"
#include "tandem/http/http_protocol.hpp"
#include "tandem/http/options.hpp"
#include "tandem/http/site.hpp"
#include "tandem/socketserver/server.hpp"

namespace tandem::http {

/// A web server. Python: http.server.ThreadingHTTPServer.
///
///     Server web{{.bind = ":8080"}};
///     web.files("/", "public");
///     web.run();
///
/// The constructor binds and listens. Throws std::invalid_argument if Options::bind is no address, std::system_error if the port is
/// taken.
class Server {
 public:
  explicit Server(Options options = {});

  /// Serves the files of `folder` under `prefix`. Throws std::system_error if the folder cannot be opened, std::invalid_argument if
  /// `prefix` does not begin with "/" or is taken. Before run().
  void files(const std::string& prefix, const std::string& folder);
  /// Lets `handler` answer all that begins with `prefix`; the longest prefix wins. Before run().
  void mount(const std::string& prefix, std::unique_ptr<Handler> handler);

  /// Serves on the calling thread until shutdown. Once only. Ctrl-C ends it as it ends socketserver::Server::serve_forever().
  void run() { server_.serve_forever(); }
  /// Stops accepting, lets answers that are being sent finish (for at most Options::shutdown_grace) and waits until run() has
  /// returned.
  void shutdown() { server_.shutdown(); }
  /// The same without waiting. May be called by a signal handler.
  void request_shutdown() noexcept { server_.request_shutdown(); }

  /// Where it listens: "127.0.0.1:8080".
  std::string address() const { return server_.server_address(); }
  /// The same for a browser on this machine: "http://127.0.0.1:8080/".
  std::string url() const;

 private:
  const Options options_;
  Site site_;
  socketserver::Server<HttpProtocol> server_;  // after what its protocols refer to
};

}  // namespace tandem::http
