#include "tandem/socketserver/connection.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <system_error>
#include <utility>

#include "tandem/platform/socket.hpp"

namespace tandem::socketserver {
namespace {

using namespace std::chrono_literals;

// What one turn may move before others get theirs. Level-triggered readiness brings the rest back.
constexpr std::uint64_t read_budget = 256 * 1024;
constexpr std::uint64_t write_budget = 4 * 1024 * 1024;

// How long and for how much a closed connection still listens; see say_goodbye().
constexpr auto linger_time = 2s;
constexpr std::uint64_t linger_bytes = 1024 * 1024;

}  // namespace

void report_line(const std::string& about, const char* what) noexcept {
  std::fprintf(stderr, "tandem: socketserver: %s: %s\n", about.c_str(), what);
}

Connection::Connection(platform::Fd socket, std::string peer, std::unique_ptr<AnyProtocol> protocol, const Options& options)
    : socket_{std::move(socket)}, session_{std::move(peer)}, protocol_{std::move(protocol)}, options_{options} {}

Deadline Connection::deadline() const noexcept {
  if (lingering_) return linger_deadline_;
  if (sending_) return std::min(write_deadline_, flush_deadline_);
  return session_.input_deadline();
}

Connection::Wants Connection::begin() noexcept {
  return guarded([this] {
    protocol_->connection_made(session_);
    return pump();
  });
}

Connection::Wants Connection::turn() noexcept {
  return guarded([this] { return lingering_ ? linger() : pump(); });
}

Connection::Wants Connection::expire() noexcept {
  if (lingering_) return over();
  if (sending_) {
    // It does not read. A reset frees the kernel's copy of what it did not fetch.
    platform::reset_on_close(socket_.get());
    return over();
  }
  return guarded([this] {
    said_something_ = false;
    session_.expect_input_by(Deadline::never());
    protocol_->timed_out(session_);
    return pump();
  });
}

Connection::Wants Connection::stop() noexcept { return over(); }

void Connection::close() noexcept {
  protocol_.reset();
  socket_.reset();
}

template <class Step>
Connection::Wants Connection::guarded(Step step) noexcept {
  try {
    return step();
  } catch (const std::exception& error) {
    report(error.what());
  } catch (...) {
    report("the protocol threw something that is no std::exception");
  }
  return over();
}

Connection::Wants Connection::pump() {
  std::uint64_t to_read = read_budget;
  std::uint64_t to_write = write_budget;
  short_read_ = false;
  for (;;) {
    if (session_.aborted()) {
      platform::reset_on_close(socket_.get());
      return over();
    }
    if (!session_.output().empty()) {
      switch (flush(to_write)) {
        case Flush::blocked:
          return Wants::room;
        case Flush::broken:
          return over();
        case Flush::done:
          break;
      }
      if (!session_.closing()) {
        protocol_->output_flushed(session_);
        continue;
      }
    }
    if (session_.closing() || input_ended_) return say_goodbye();
    if (short_read_ || to_read == 0) return Wants::input;
    if (const Wants wants = read_once(to_read); wants != Wants::room) return wants;
  }
}

/// Reads once and tells the protocol. Wants::room stands for "go on": there may be something to write.
Connection::Wants Connection::read_once(std::uint64_t& budget) {
  std::array<char, 16384> room;  // not initialised: only what was read is looked at
  const platform::Transfer got = platform::receive(socket_.get(), room);
  if (got.error != 0) return got.would_block() ? Wants::input : over();
  if (got.bytes == 0) {
    input_ended_ = true;
    protocol_->eof_received(session_);
    return Wants::room;
  }
  // All that was there fitted: the next read would find nothing, so leave it to the poller to say when there is more.
  short_read_ = got.bytes < room.size();
  budget -= std::min<std::uint64_t>(budget, got.bytes);
  protocol_->data_received(session_, {room.data(), got.bytes});
  return Wants::room;
}

Connection::Flush Connection::flush(std::uint64_t& budget) {
  Output& output = session_.output();
  bool progress = false;
  while (!output.empty()) {
    if (budget == 0) {
      blocked(true);
      return Flush::blocked;
    }
    const bool from_file = std::holds_alternative<FileSlice>(output.chunks().front());
    const platform::Transfer sent = send_some();
    if (sent.would_block()) {
      blocked(progress);
      return Flush::blocked;
    }
    if (sent.bytes == 0) {
      if (sent.error == 0) report("the file that is being sent became shorter; the connection is closed");
      if (from_file && sent.error != 0 && !sent.peer_gone()) {
        report(("sendfile: " + std::generic_category().message(sent.error)).c_str());
      }
      return Flush::broken;
    }
    progress = said_something_ = true;
    output.consume(sent.bytes);
    budget -= std::min<std::uint64_t>(budget, sent.bytes);
  }
  sending_ = false;
  return Flush::done;
}

platform::Transfer Connection::send_some() noexcept {
  const Output& output = session_.output();
  const auto chunks = output.chunks();
  if (const auto* slice = std::get_if<FileSlice>(&chunks.front())) {
    const std::uint64_t most = std::min<std::uint64_t>(slice->length, write_budget);
    return platform::send_file(socket_.get(), slice->file.get(), slice->offset, most);
  }
  std::array<std::string_view, 16> parts;
  std::size_t count = 0;
  for (const Output::Chunk& chunk : chunks) {
    const auto* bytes = std::get_if<std::string>(&chunk);
    if (bytes == nullptr || count == parts.size()) break;
    parts[count++] = *bytes;
  }
  parts[0].remove_prefix(output.sent_of_front());
  return platform::send(socket_.get(), std::span{parts}.first(count), count < chunks.size());
}

void Connection::blocked(bool progress) noexcept {
  if (!sending_) flush_deadline_ = options_.flush_timeout;
  if (!sending_ || progress) write_deadline_ = options_.write_timeout;
  sending_ = true;
}

/// All is sent, and the connection is to end. Closing a socket while the client's bytes are still arriving makes the kernel send a
/// reset, and a reset can overtake the last answer ("413") in the client's hands. So our side ends first, and what comes is read
/// away for a moment.
Connection::Wants Connection::say_goodbye() {
  if (input_ended_ || !said_something_) return over();
  platform::shutdown_write(socket_.get());
  lingering_ = true;
  linger_budget_ = linger_bytes;
  linger_deadline_ = linger_time;
  return linger();
}

Connection::Wants Connection::linger() noexcept {
  std::array<char, 16384> room;
  for (;;) {
    const platform::Transfer got = platform::receive(socket_.get(), room);
    if (got.would_block()) return Wants::input;
    if (got.bytes == 0 || got.bytes >= linger_budget_) return over();
    linger_budget_ -= got.bytes;
  }
}

Connection::Wants Connection::over() noexcept {
  if (std::exchange(over_, true)) return Wants::end;
  try {
    protocol_->connection_lost(session_);
  } catch (const std::exception& error) {
    report(error.what());
  } catch (...) {
    report("the protocol threw something that is no std::exception");
  }
  return Wants::end;
}

void Connection::report(const char* what) const noexcept { report_line(session_.peer(), what); }

}  // namespace tandem::socketserver
