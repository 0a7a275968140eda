#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/transfer.hpp"
#include "tandem/socketserver/options.hpp"
#include "tandem/socketserver/protocol.hpp"

namespace tandem::socketserver {

/// A socket with its session and protocol, for models that wait for readiness. It never waits itself: a turn reads and writes what
/// is possible now, up to a bound, and says what to wait for. One thread at a time has it; it is not synchronised.
///
/// No member throws: what the protocol throws, and what the socket reports, ends the connection.
class Connection {
 public:
  enum class Wants : std::uint8_t {
    input,  ///< a turn() when it is readable
    room,   ///< a turn() when it is writable
    end,    ///< over: connection_lost() has been called; close() it
  };

  Connection(platform::Fd socket, std::string peer, std::unique_ptr<AnyProtocol> protocol, const Options& options);

  int socket() const noexcept { return socket_.get(); }

  /// The first turn.
  Wants begin() noexcept;
  /// The socket is ready for what was wanted.
  Wants turn() noexcept;
  /// deadline() has passed.
  Wants expire() noexcept;
  /// The server ends it.
  Wants stop() noexcept;
  /// Closes the socket and ends the protocol object.
  void close() noexcept;

  /// When to call expire(): while it sends, the time limits for that; otherwise what the session asked for.
  Deadline deadline() const noexcept;
  /// It is still bringing out its last words: a server that shuts down waits for it.
  bool finishing() const noexcept { return sending_ || lingering_; }

 private:
  enum class Flush : std::uint8_t { done, blocked, broken };

  template <class Step>
  Wants guarded(Step step) noexcept;
  Wants pump();
  Wants read_once(std::uint64_t& budget);
  Flush flush(std::uint64_t& budget);
  platform::Transfer send_some() noexcept;
  Wants say_goodbye();
  Wants linger() noexcept;
  Wants over() noexcept;
  void blocked(bool progress) noexcept;
  void report(const char* what) const noexcept;

  platform::Fd socket_;
  Session session_;
  std::unique_ptr<AnyProtocol> protocol_;
  const Options& options_;
  Deadline write_deadline_ = Deadline::never();
  Deadline flush_deadline_ = Deadline::never();
  Deadline linger_deadline_ = Deadline::never();
  std::uint64_t linger_budget_ = 0;
  bool sending_ = false;         // output is queued and the socket was full
  bool input_ended_ = false;     // the client's end of stream has been read
  bool short_read_ = false;      // the last read took all that there was
  bool said_something_ = false;  // bytes went out since the last wait that ended without input
  bool lingering_ = false;       // all is sent and our end of stream, too: only reads what the client still sends
  bool over_ = false;
};

/// Writes one line about a connection or server to stderr: "tandem: socketserver: 127.0.0.1:4711: ...".
void report_line(const std::string& about, const char* what) noexcept;

}  // namespace tandem::socketserver
