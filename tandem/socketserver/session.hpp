#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tandem/base/deadline.hpp"
#include "tandem/socketserver/output.hpp"

namespace tandem::socketserver {

/// What a protocol sees of its connection: a place to write to, and a few requests to whoever drives it. There is no socket inside;
/// nothing here blocks or fails. Python: asyncio's transport.
///
/// A protocol uses its session from inside its own callbacks only; the model takes care that only one of them runs at a time.
/// Lifetime: from connection_made() until connection_lost() has returned.
///
///     Session session{"test"};                            // a test needs no network
///     Upper{}.data_received(session, "hello");
///     EXPECT_EQ(text_of(session.output()), "HELLO");
class Session {
 public:
  /// `peer` is what peer() gives.
  explicit Session(std::string peer) : peer_{std::move(peer)} {}

  /// Queues bytes. They go out when the callback has returned; while some are queued, no input is read from this client, so that a
  /// slow reader cannot make the queue grow. What is written after close() is dropped.
  void write(std::string_view bytes) {
    if (!closing()) output_.append(bytes);
  }
  void write(std::string&& bytes) {
    if (!closing()) output_.append(std::move(bytes));
  }
  void write(const char* bytes) { write(std::string_view{bytes}); }
  /// Queues `count` bytes to be filled in by the caller before its next call on this session.
  std::span<char> grow(std::size_t count) { return output_.grow(count); }
  /// Queues `length` bytes of `file` from `offset` on, sent by the kernel. A file that turns out to be shorter ends the connection.
  void send_file(platform::Fd file, std::uint64_t offset, std::uint64_t length) {
    if (!closing()) output_.append(FileSlice{std::move(file), offset, length});
  }

  /// Ends the connection when all that is queued has been sent.
  void close() noexcept { end_ = End::closing > end_ ? End::closing : end_; }
  /// Ends it at once; what is queued is lost.
  void abort() noexcept { end_ = End::aborted; }
  bool closing() const noexcept { return end_ != End::none; }
  bool aborted() const noexcept { return end_ == End::aborted; }

  /// When `deadline` passes while the connection waits for input, the protocol's timed_out() is called, once. Arriving bytes do not
  /// move it: set it again, or to Deadline::never(), as the protocol demands. Kept to about a tenth of a second.
  void expect_input_by(Deadline deadline) noexcept { deadline_ = deadline; }
  Deadline input_deadline() const noexcept { return deadline_; }

  /// The client's address as text: "127.0.0.1:4711".
  const std::string& peer() const noexcept { return peer_; }

  /// For models and tests.
  Output& output() noexcept { return output_; }
  const Output& output() const noexcept { return output_; }

 private:
  enum class End : std::uint8_t { none, closing, aborted };

  std::string peer_;
  Output output_;
  Deadline deadline_ = Deadline::never();
  End end_ = End::none;
};

}  // namespace tandem::socketserver
