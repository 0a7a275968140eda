#include <array>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/process_start/contenders.hpp"
#include "bench/process_start/parent.hpp"

namespace tandem::bench {
namespace {

/// Forks an empty process per message and answers with how it ended.
[[noreturn]] void serve(int requests) {
  char request = 0;
  while (::recv(requests, &request, sizeof request, 0) == sizeof request) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    int status = -1;
    if (child < 0 || ::waitpid(child, &status, 0) != child) break;
    if (::send(requests, &status, sizeof status, MSG_NOSIGNAL) != sizeof status) break;
  }
  ::_exit(0);
}

}  // namespace

double fork_server(const Order& order) {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
  const pid_t server = ::fork();
  check(server >= 0, "fork");
  ::close(ends[server == 0 ? 0 : 1]);
  if (server == 0) serve(ends[1]);
  const Parent parent{order.setting};
  const double figure = measure(order, [requests = ends[0]] {
    const char request = 0;
    check(::send(requests, &request, sizeof request, MSG_NOSIGNAL) == sizeof request, "send");
    int status = -1;
    check(::recv(requests, &status, sizeof status, 0) == sizeof status, "recv");
    if (status != 0) throw std::runtime_error("a child of the fork server did not end well");
  });
  ::close(ends[0]);
  check(::waitpid(server, nullptr, 0) == server, "waitpid");
  return figure;
}

}  // namespace tandem::bench
