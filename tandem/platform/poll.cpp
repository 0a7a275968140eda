#include "tandem/platform/poll.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <stdexcept>

#include <poll.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

/// Rounded up: a wait that ends before its time would be asked again at once, and burn the processor until then.
int milliseconds_left(Deadline deadline) noexcept {
  if (deadline.is_never()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining()).count();
  return static_cast<int>(std::min<std::chrono::milliseconds::rep>(left, std::numeric_limits<int>::max()));
}

bool wait_for(int fd, short events, Deadline deadline) {
  for (;;) {
    pollfd entry{fd, events, 0};
    const int ready = ::poll(&entry, 1, milliseconds_left(deadline));
    if (ready > 0) return true;
    if (ready == -1 && errno != EINTR) throw_errno("poll");
    if (deadline.expired()) return false;
  }
}

}  // namespace

int poll_readable(std::span<const int> fds, Deadline deadline) {
  std::array<pollfd, 8> polled{};
  if (fds.size() > polled.size()) throw std::invalid_argument("poll_readable: at most 8 descriptors");
  for (std::size_t i = 0; i < fds.size(); ++i) polled[i] = {fds[i], POLLIN, 0};
  const int ready = ::poll(polled.data(), fds.size(), milliseconds_left(deadline));
  if (ready < 0 && errno != EINTR) throw_errno("poll");
  if (ready <= 0) return -1;
  for (std::size_t i = 0; i < fds.size(); ++i) {
    if (polled[i].revents != 0) return static_cast<int>(i);
  }
  return -1;
}

bool wait_readable(int fd, Deadline deadline) { return wait_for(fd, POLLIN, deadline); }
bool wait_writable(int fd, Deadline deadline) { return wait_for(fd, POLLOUT, deadline); }

}  // namespace tandem::platform
