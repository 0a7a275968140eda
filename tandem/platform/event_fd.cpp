#include "tandem/platform/event_fd.hpp"

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {

EventFd::EventFd() : fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (!fd_) throw_errno("eventfd");
}

void EventFd::notify() const noexcept {
  const int before = errno;
  const std::uint64_t one = 1;
  // The only ways to fail are a signal, and a counter so full that the flag is up already.
  while (::write(fd_.get(), &one, sizeof one) == -1 && errno == EINTR) {
  }
  errno = before;
}

void EventFd::drain() const noexcept {
  std::uint64_t count = 0;
  while (::read(fd_.get(), &count, sizeof count) == -1 && errno == EINTR) {
  }
}

}  // namespace tandem::platform
