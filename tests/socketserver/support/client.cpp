#include "tests/socketserver/support/client.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/socket.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 20s;

}  // namespace

Client::Client(const std::string& address) : socket_{platform::connect_to(platform::SocketAddress::parse(address), patience)} {}

void Client::send(std::string_view bytes) {
  const Deadline deadline = patience;
  if (send_until_stuck(bytes, deadline) < bytes.size()) throw std::runtime_error("the server takes no more input");
}

std::size_t Client::send_until_stuck(std::string_view bytes, Deadline deadline) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    const std::string_view rest = bytes.substr(total);
    const platform::Transfer sent = platform::send(socket_.get(), {&rest, 1});
    if (sent.would_block()) {
      if (!platform::wait_writable(socket_.get(), deadline)) break;
    } else if (sent.error != 0) {
      platform::throw_error(sent.error, "send");
    }
    total += sent.bytes;
  }
  return total;
}

std::string Client::receive_some(std::size_t most) {
  if (!ahead_.empty()) return std::exchange(ahead_, {});
  std::string bytes(most, '\0');
  for (;;) {
    const platform::Transfer got = platform::receive(socket_.get(), bytes);
    if (got.error == 0) {
      bytes.resize(got.bytes);
      return bytes;
    }
    if (!got.would_block()) platform::throw_error(got.error, "recv");
    if (!platform::wait_readable(socket_.get(), patience)) throw std::runtime_error("the server says nothing");
  }
}

std::string Client::receive_exactly(std::size_t count) {
  std::string all;
  while (all.size() < count) {
    const std::string some = receive_some();
    if (some.empty()) throw std::runtime_error("the stream ended after '" + all + "'");
    all += some;
  }
  ahead_ = all.substr(count);
  all.resize(count);
  return all;
}

std::string Client::receive_until(std::string_view end) {
  std::string all;
  for (;;) {
    if (const std::size_t at = all.find(end); at != std::string::npos) {
      ahead_ = all.substr(at + end.size());
      all.resize(at + end.size());
      return all;
    }
    const std::string some = receive_some();
    if (some.empty()) throw std::runtime_error("the stream ended after '" + all + "'");
    all += some;
  }
}

std::string Client::receive_all() {
  std::string all;
  for (std::string some = receive_some(); !some.empty(); some = receive_some()) all += some;
  return all;
}

bool Client::ends_by(Deadline deadline) {
  std::string room(65536, '\0');
  while (platform::wait_readable(socket_.get(), deadline)) {
    const platform::Transfer got = platform::receive(socket_.get(), room);
    if (got.bytes == 0 && !got.would_block()) return true;
  }
  return false;
}

bool Client::is_quiet_until(Deadline deadline) { return ahead_.empty() && !platform::wait_readable(socket_.get(), deadline); }

void Client::half_close() { platform::shutdown_write(socket_.get()); }

void Client::reset() {
  platform::reset_on_close(socket_.get());
  socket_.reset();
}

void Client::shrink_buffers() { platform::set_buffer_sizes(socket_.get(), 4096, 4096); }

std::string Client::address() const { return platform::local_address(socket_.get()).text(); }

}  // namespace tandem::test
