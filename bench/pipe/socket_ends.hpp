#pragma once

#include <array>

#include <sys/socket.h>
#include <unistd.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// What socketpair gives, as it gives it: calls wait.
struct SocketEnds {
  explicit SocketEnds(int type) {
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
    in = ends[0];
    out = ends[1];
  }
  SocketEnds(const SocketEnds&) = delete;
  SocketEnds& operator=(const SocketEnds&) = delete;
  ~SocketEnds() {
    ::close(in);
    ::close(out);
  }

  int in = -1;
  int out = -1;
};

}  // namespace tandem::bench
