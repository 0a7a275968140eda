#pragma once

#include <memory>
#include <string>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/address.hpp"
#include "tandem/socketserver/model.hpp"
#include "tandem/sync/event.hpp"

namespace tandem::socketserver {

/// What all servers have in common: Server<P> without its P. See there for what the members mean.
class AnyServer {
 public:
  AnyServer(Options options, ProtocolFactory factory);

  void serve_forever();
  void shutdown();
  void request_shutdown() noexcept { model_->request_stop(); }
  const platform::SocketAddress& address() const noexcept { return address_; }

 private:
  enum class Phase : int {
    fresh,    // serve_forever() not called yet
    serving,  // it runs; set by a compare-exchange from fresh, so that only one call gets in
    over,     // it has returned; set with release before over_, read with acquire by shutdown()
  };

  platform::SocketAddress address_;
  std::unique_ptr<ServerModel> model_;
  base::Atomic<Phase> phase_{Phase::fresh};
  sync::Event over_{"server over"};
};

}  // namespace tandem::socketserver
