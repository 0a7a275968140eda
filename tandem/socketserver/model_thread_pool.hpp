#pragma once

#include <memory>

#include "tandem/socketserver/model.hpp"

namespace tandem::socketserver {

/// One thread waits for all connections at once, a pool of threads runs those where something happened; see docs/adr/0004.
std::unique_ptr<ServerModel> make_thread_pool_model(const Options& options, platform::Fd listener, ProtocolFactory factory);

}  // namespace tandem::socketserver
