#pragma once

#include <memory>

#include "tandem/platform/fd.hpp"
#include "tandem/socketserver/options.hpp"
#include "tandem/socketserver/protocol.hpp"

namespace tandem::socketserver {

/// Drives connections: takes them from a listening socket, and gives each its protocol and its turns. One file per kind.
class ServerModel {
 public:
  ServerModel() = default;
  ServerModel(const ServerModel&) = delete;
  ServerModel& operator=(const ServerModel&) = delete;
  virtual ~ServerModel() = default;

  /// Runs until request_stop(), then until the connections have ended (bounded by Options::shutdown_grace, as far as it depends on
  /// the network: a protocol that is computing is waited for). Called once.
  virtual void serve() = 0;
  /// From any thread and from signal handlers, also before serve().
  virtual void request_stop() noexcept = 0;

  /// True on a thread that runs this model or one of its protocols, where waiting for the model's end would be waiting for oneself.
  bool runs_here() const noexcept;

 protected:
  /// Marks the calling thread as one of this model's.
  class Presence {
   public:
    explicit Presence(const ServerModel& model) noexcept;
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence();

   private:
    const ServerModel* before_;
  };
};

/// The model that `options` names. `listener` listens already.
std::unique_ptr<ServerModel> make_model(const Options& options, platform::Fd listener, ProtocolFactory factory);

}  // namespace tandem::socketserver
