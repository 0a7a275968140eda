#include "tandem/socketserver/any_server.hpp"

#include <stdexcept>
#include <utility>

#include "tandem/platform/socket.hpp"

namespace tandem::socketserver {

AnyServer::AnyServer(Options options, ProtocolFactory factory) {
  platform::Fd listener = platform::listen_on(platform::SocketAddress::parse(options.bind), options.backlog);
  address_ = platform::local_address(listener.get());
  model_ = make_model(options, std::move(listener), std::move(factory));
}

void AnyServer::serve_forever() {
  Phase fresh = Phase::fresh;
  if (!phase_.compare_exchange_strong(fresh, Phase::serving)) {
    throw std::logic_error("a server serves once: serve_forever() was called before; make a new Server");
  }
  // Also when serve() throws: who waits in shutdown() must not wait for ever.
  struct Finish {
    AnyServer& server;
    ~Finish() {
      server.phase_.store(Phase::over, std::memory_order_release);
      server.over_.set();
    }
  } finish{*this};
  model_->serve();
}

void AnyServer::shutdown() {
  request_shutdown();
  // A serve_forever() that begins after this look returns at once, since the request is there before it.
  if (phase_.load(std::memory_order_acquire) == Phase::serving && !model_->runs_here()) over_.wait();
}

}  // namespace tandem::socketserver
