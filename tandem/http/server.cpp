#include "tandem/http/server.hpp"

#include <utility>

#include "tandem/http/static_files.hpp"
#include "tandem/platform/address.hpp"

namespace tandem::http {
namespace {

socketserver::Options below(const Options& options) {
  return {.bind = options.bind,
          .model = options.model,
          .workers = options.workers,
          .max_connections = options.max_connections,
          .write_timeout = options.write_timeout,
          .flush_timeout = options.flush_timeout,
          .shutdown_grace = options.shutdown_grace};
}

}  // namespace

Server::Server(Options options)
    : options_{std::move(options)}, server_{below(options_), [this] {
                                              return HttpProtocol{site_, options_};
                                            }} {}

void Server::files(const std::string& prefix, const std::string& folder) {
  mount(prefix, std::make_unique<StaticFiles>(prefix, folder));
}

void Server::mount(const std::string& prefix, std::unique_ptr<Handler> handler) { site_.mount(prefix, std::move(handler)); }

std::string Server::url() const {
  const std::string where = address();
  const std::string port = where.substr(where.rfind(':'));
  // "All addresses" is no place to go to.
  const bool any = platform::SocketAddress::parse(where).is_any();
  const std::string host = any ? (where.starts_with('[') ? "[::1]" : "127.0.0.1") : where.substr(0, where.size() - port.size());
  return "http://" + host + port + "/";
}

}  // namespace tandem::http
