#include "tandem/platform/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/sigpipe.hpp"

namespace tandem::platform {
namespace {

// The kernel's interface is written in terms of sockaddr*, of which every address family has its own kind.
const sockaddr* raw(const SocketAddress& address) noexcept { return static_cast<const sockaddr*>(address.data()); }

bool is_would_block(int error) noexcept { return error == EAGAIN || error == EWOULDBLOCK; }

Fd open_socket(int family, SocketKind kind) {
  const int type = kind == SocketKind::stream ? SOCK_STREAM : SOCK_SEQPACKET;
  Fd socket{::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket) throw_errno("socket");
  return socket;
}

void set_option(int socket, int level, int option, int value) noexcept {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

bool Transfer::would_block() const noexcept { return is_would_block(error); }

bool Transfer::peer_gone() const noexcept {
  return error == EPIPE || error == ECONNRESET || error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH;
}

bool Accepted::would_block() const noexcept { return is_would_block(error); }

bool Accepted::out_of_resources() const noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

Fd listen_on(const SocketAddress& address, int backlog, SocketKind kind) {
  Fd socket = open_socket(address.family(), kind);
  // A server that starts again may take the port although old connections of it linger; a listening one still refuses.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(socket.get(), raw(address), address.size()) == -1) throw_errno("bind", address.text());
  if (::listen(socket.get(), backlog) == -1) throw_errno("listen", address.text());
  return socket;
}

SocketAddress local_address(int socket) {
  SocketAddress address;
  if (::getsockname(socket, static_cast<sockaddr*>(address.buffer()), address.buffer_size()) == -1) throw_errno("getsockname");
  return address;
}

Accepted accept_from(int listener) noexcept {
  Accepted accepted;
  do {
    accepted.socket.reset(::accept4(listener, static_cast<sockaddr*>(accepted.peer.buffer()), accepted.peer.buffer_size(),
                                    SOCK_CLOEXEC | SOCK_NONBLOCK));
  } while (!accepted.socket && errno == EINTR);
  if (accepted.socket) {
    set_option(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  } else {
    accepted.error = errno;
  }
  return accepted;
}

Connecting start_connect(const SocketAddress& address, SocketKind kind) {
  Connecting connecting{open_socket(address.family(), kind), Connecting::State::full};
  set_option(connecting.socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  try_connect(connecting, address);
  return connecting;
}

void try_connect(Connecting& connecting, const SocketAddress& address) {
  if (::connect(connecting.socket.get(), raw(address), address.size()) == 0) {
    connecting.state = Connecting::State::connected;
  } else if (errno == EINPROGRESS || errno == EINTR) {
    connecting.state = Connecting::State::on_its_way;
  } else if (errno != EAGAIN) {
    throw_errno("connect", address.text());
  }
}

void finish_connect(Connecting& connecting, const SocketAddress& address) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(connecting.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == -1) throw_errno("getsockopt");
  if (error != 0) throw_error(error, "connect", address.text());
  connecting.state = Connecting::State::connected;
}

Fd connect_to(const SocketAddress& address, Deadline deadline, SocketKind kind) {
  Connecting connecting = start_connect(address, kind);
  while (connecting.state == Connecting::State::full) {
    if (deadline.expired()) throw_error(ETIMEDOUT, "connect", address.text());
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    try_connect(connecting, address);
  }
  if (connecting.state == Connecting::State::on_its_way) {
    if (!wait_writable(connecting.socket.get(), deadline)) throw_error(ETIMEDOUT, "connect", address.text());
    finish_connect(connecting, address);
  }
  return std::move(connecting.socket);
}

void set_blocking(int socket) {
  const int flags = ::fcntl(socket, F_GETFL);
  if (flags == -1 || ::fcntl(socket, F_SETFL, flags & ~O_NONBLOCK) == -1) throw_errno("fcntl");
}

Transfer receive(int socket, std::span<char> room) noexcept {
  return repeat_if_interrupted([&] { return ::recv(socket, room.data(), room.size(), 0); });
}

Transfer send(int socket, std::span<const std::string_view> parts, bool more) noexcept {
  constexpr std::size_t most = 16;
  iovec vectors[most];
  const std::size_t count = std::min(parts.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    vectors[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};  // NOLINT: iovec serves reading, too
  }
  msghdr message{};
  message.msg_iov = vectors;
  message.msg_iovlen = count;
  const int flags = MSG_NOSIGNAL | (more || count < parts.size() ? MSG_MORE : 0);
  return repeat_if_interrupted([&] { return ::sendmsg(socket, &message, flags); });
}

Transfer send_file(int socket, int file, std::uint64_t offset, std::size_t count) noexcept {
  WithoutSigpipe guard;
  auto position = static_cast<off_t>(offset);
  const Transfer result = repeat_if_interrupted([&] { return ::sendfile(socket, file, &position, count); });
  if (result.error == EPIPE) guard.raised();
  return result;
}

void shutdown_write(int socket) noexcept { ::shutdown(socket, SHUT_WR); }
void shutdown_read(int socket) noexcept { ::shutdown(socket, SHUT_RD); }

void reset_on_close(int socket) noexcept {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void set_buffer_sizes(int socket, int receive_bytes, int send_bytes) noexcept {
  set_option(socket, SOL_SOCKET, SO_RCVBUF, receive_bytes);
  set_option(socket, SOL_SOCKET, SO_SNDBUF, send_bytes);
}

void set_send_buffer_size(int socket, int bytes) noexcept { set_option(socket, SOL_SOCKET, SO_SNDBUF, bytes); }

}  // namespace tandem::platform
