#include <array>
#include <cerrno>
#include <memory>

#include <sys/socket.h>
#include <unistd.h>

#include "bench/big_arguments/big_setting.hpp"
#include "bench/big_arguments/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {
namespace {

void send_all(int socket, const char* from, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, from, size, MSG_NOSIGNAL);
    check(sent > 0 || errno == EINTR, "send");
    if (sent < 0) continue;
    from += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

/// False if the other side is gone.
bool receive_all(int socket, char* to, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(socket, to, size, MSG_WAITALL);
    if (got == 0) return false;
    check(got > 0 || errno == EINTR, "recv");
    if (got < 0) continue;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool receive_new(int socket, std::size_t size) {
  const NewMemory taken = std::make_unique_for_overwrite<char[]>(size);
  if (!receive_all(socket, taken.get(), size)) return false;
  check_text(taken.get(), size, size);
  return true;
}

void answer(int socket, const BigSetting& setting) {
  char byte = 0;
  if (setting.is_argument) {
    while (receive_new(socket, setting.size)) send_all(socket, &byte, 1);
    return;
  }
  while (receive_all(socket, &byte, 1)) send_all(socket, make_text(setting.size).data(), setting.size);
}

}  // namespace

double socketpair(const Order& order) {
  const BigSetting setting = BigSetting::of(order);
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
  ForkedProcesses child{order};
  child.start([=] {
    ::close(ends[0]);
    answer(ends[1], setting);
  });
  ::close(ends[1]);
  const std::string text = make_text(setting.size);
  char byte = 0;
  const double figure = measure(order, [&] {
    if (setting.is_argument) {
      send_all(ends[0], text.data(), text.size());
      check(receive_all(ends[0], &byte, 1), "the other process has gone");
    } else {
      send_all(ends[0], &byte, 1);
      check(receive_new(ends[0], setting.size), "the other process has gone");
    }
  });
  ::close(ends[0]);
  child.join();
  return figure;
}

}  // namespace tandem::bench
