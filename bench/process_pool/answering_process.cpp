#include "bench/process_pool/answering_process.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {
namespace {

constexpr auto size = sizeof(AnsweringProcess::Message);

[[noreturn]] void answer(int socket) {
  AnsweringProcess::Message message{};
  while (::recv(socket, message.data(), size, 0) == static_cast<ssize_t>(size)) {
    if (::send(socket, message.data(), size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) break;
  }
  ::_exit(0);
}

}  // namespace

AnsweringProcess::AnsweringProcess() {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
  pid_ = ::fork();
  check(pid_ >= 0, "fork");
  if (pid_ == 0) {
    ::close(ends[0]);
    answer(ends[1]);
  }
  ::close(ends[1]);
  socket_ = ends[0];
}

AnsweringProcess::~AnsweringProcess() {
  // Not close: a process forked after this one has a copy of the descriptor.
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_);
  ::waitpid(pid_, nullptr, 0);
}

void AnsweringProcess::ask() const {
  const Message message{};
  check(::send(socket_, message.data(), size, MSG_NOSIGNAL) == static_cast<ssize_t>(size), "send");
}

void AnsweringProcess::hear() const {
  Message message;
  check(::recv(socket_, message.data(), size, 0) == static_cast<ssize_t>(size), "recv");
}

}  // namespace tandem::bench
