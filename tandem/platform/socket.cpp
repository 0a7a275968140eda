#include "tandem/platform/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/poll.hpp"

namespace tandem::platform {
namespace {

// The kernel's interface is written in terms of sockaddr*, of which every address family has its own kind.
const sockaddr* raw(const SocketAddress& address) noexcept { return static_cast<const sockaddr*>(address.data()); }

bool is_would_block(int error) noexcept { return error == EAGAIN || error == EWOULDBLOCK; }

/// Calls again while a signal interrupts it.
template <class Call>
Transfer transfer(Call call) noexcept {
  for (;;) {
    const ssize_t result = call();
    if (result >= 0) return {static_cast<std::size_t>(result), 0};
    if (errno != EINTR) return {0, errno};
  }
}

/// Takes away the SIGPIPE that a call on this thread may raise. sendfile(2) has no MSG_NOSIGNAL; ignoring the signal for the whole
/// process is the program's decision and not a library's, and a mask that stays would be inherited by the programs it starts.
class WithoutSigpipe {
 public:
  WithoutSigpipe() noexcept {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    if (raised_ && ::sigismember(&before_, SIGPIPE) == 0) {
      // A broken write signals the writing thread itself, so it is pending here and nowhere else.
      const timespec at_once{};
      while (::sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  void raised() noexcept { raised_ = true; }

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool raised_ = false;
};

Fd open_socket(int family) {
  Fd socket{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
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

Fd listen_on(const SocketAddress& address, int backlog) {
  Fd socket = open_socket(address.family());
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

Fd connect_to(const SocketAddress& address, Deadline deadline) {
  Fd socket = open_socket(address.family());
  if (::connect(socket.get(), raw(address), address.size()) == 0) return socket;
  if (errno != EINPROGRESS && errno != EINTR) throw_errno("connect", address.text());
  if (!wait_writable(socket.get(), deadline)) throw_error(ETIMEDOUT, "connect", address.text());
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == -1) throw_errno("getsockopt");
  if (error != 0) throw_error(error, "connect", address.text());
  return socket;
}

Transfer receive(int socket, std::span<char> room) noexcept {
  return transfer([&] { return ::recv(socket, room.data(), room.size(), 0); });
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
  return transfer([&] { return ::sendmsg(socket, &message, flags); });
}

Transfer send_file(int socket, int file, std::uint64_t offset, std::size_t count) noexcept {
  WithoutSigpipe guard;
  auto position = static_cast<off_t>(offset);
  const Transfer result = transfer([&] { return ::sendfile(socket, file, &position, count); });
  if (result.error == EPIPE) guard.raised();
  return result;
}

void shutdown_write(int socket) noexcept { ::shutdown(socket, SHUT_WR); }

void reset_on_close(int socket) noexcept {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void set_buffer_sizes(int socket, int receive_bytes, int send_bytes) noexcept {
  set_option(socket, SOL_SOCKET, SO_RCVBUF, receive_bytes);
  set_option(socket, SOL_SOCKET, SO_SNDBUF, send_bytes);
}

}  // namespace tandem::platform
