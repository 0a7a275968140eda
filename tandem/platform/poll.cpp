#include "tandem/platform/poll.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <vector>

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

int poll_any(std::span<Awaited> awaited, std::span<Awaited> others, Deadline deadline) {
  std::array<pollfd, 16> few{};
  std::vector<pollfd> many;
  const std::size_t count = awaited.size() + others.size();
  if (count > few.size()) many.resize(count);
  pollfd* const polled = many.empty() ? few.data() : many.data();
  const auto events_of = [](const Awaited& it) { return static_cast<short>((it.read ? POLLIN : 0) | (it.write ? POLLOUT : 0)); };
  pollfd* next = polled;
  for (const auto all : {awaited, others}) {
    for (const Awaited& it : all) *next++ = {it.fd, events_of(it), 0};
  }
  const int ready = ::poll(polled, count, milliseconds_left(deadline));
  if (ready < 0 && errno != EINTR) throw_errno("poll");
  next = polled;
  for (const auto all : {awaited, others}) {
    for (Awaited& it : all) it.ready = (next++)->revents != 0 && ready > 0;
  }
  return std::max(ready, 0);
}

bool wait_readable(int fd, Deadline deadline) { return wait_for(fd, POLLIN, deadline); }
bool wait_writable(int fd, Deadline deadline) { return wait_for(fd, POLLOUT, deadline); }

}  // namespace tandem::platform
