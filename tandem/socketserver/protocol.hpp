#pragma once

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "tandem/base/unique_function.hpp"
#include "tandem/socketserver/session.hpp"

namespace tandem::socketserver {

/// A protocol: a state machine that is given bytes and answers through its Session. One object serves one connection, and is called
/// by one thread at a time (not always by the same one).
///
///     struct Upper {
///       void data_received(Session& session, std::string_view bytes) { session.write(upper(bytes)); }
///     };
///
/// The bytes come as the network cut them. Further members are called if the protocol has them, in asyncio's manner:
/// - connection_made(Session&)   first of all;
/// - eof_received(Session&)      the client sends no more; when what is queued has been sent, the connection ends;
/// - output_flushed(Session&)    all that was queued has been sent: the moment to produce more of a long answer;
/// - timed_out(Session&)         the deadline set by expect_input_by() has passed; without this member the session is closed;
/// - connection_lost(Session&)   last of all, for whatever reason.
/// An exception that leaves one of them ends this connection with a line on stderr; the server goes on.
template <class P>
concept Protocol = requires(P& protocol, Session& session, std::string_view bytes) { protocol.data_received(session, bytes); };

/// Any protocol, for the models, which are not templates.
class AnyProtocol {
 public:
  AnyProtocol() = default;
  AnyProtocol(const AnyProtocol&) = delete;
  AnyProtocol& operator=(const AnyProtocol&) = delete;
  virtual ~AnyProtocol() = default;

  virtual void connection_made(Session& session) = 0;
  virtual void data_received(Session& session, std::string_view bytes) = 0;
  virtual void eof_received(Session& session) = 0;
  virtual void output_flushed(Session& session) = 0;
  virtual void timed_out(Session& session) = 0;
  virtual void connection_lost(Session& session) = 0;
};

/// Makes the protocol object of a new connection; called by one thread.
using ProtocolFactory = base::UniqueFunction<std::unique_ptr<AnyProtocol>()>;

/// A P in an AnyProtocol's clothes.
template <Protocol P>
class ProtocolAdapter final : public AnyProtocol {
 public:
  /// P is built from what `make` returns, so it need be neither copyable nor movable.
  template <class Make>
  explicit ProtocolAdapter(Make& make) : protocol_{make()} {}

  void connection_made(Session& session) override {
    if constexpr (requires { protocol_.connection_made(session); }) protocol_.connection_made(session);
  }
  void data_received(Session& session, std::string_view bytes) override { protocol_.data_received(session, bytes); }
  void eof_received(Session& session) override {
    if constexpr (requires { protocol_.eof_received(session); }) protocol_.eof_received(session);
  }
  void output_flushed(Session& session) override {
    if constexpr (requires { protocol_.output_flushed(session); }) protocol_.output_flushed(session);
  }
  void timed_out(Session& session) override {
    if constexpr (requires { protocol_.timed_out(session); }) {
      protocol_.timed_out(session);
    } else {
      session.close();
    }
  }
  void connection_lost(Session& session) override {
    if constexpr (requires { protocol_.connection_lost(session); }) protocol_.connection_lost(session);
  }

 private:
  P protocol_;
};

}  // namespace tandem::socketserver
