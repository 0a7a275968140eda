#pragma once

#include <utility>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A flag that wakes a thread which waits in epoll or poll: readable from notify() until drain().
class EventFd {
 public:
  EventFd();
  /// The same flag as that which `fd` is a duplicate of, perhaps in another process.
  explicit EventFd(Fd fd) noexcept : fd_{std::move(fd)} {}

  int get() const noexcept { return fd_.get(); }
  /// From any thread and from signal handlers; keeps errno. Memory order: none of its own; publish with an atomic before.
  void notify() const noexcept;
  /// Takes the flag down again.
  void drain() const noexcept;

 private:
  Fd fd_;
};

}  // namespace tandem::platform
