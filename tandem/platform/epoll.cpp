#include "tandem/platform/epoll.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <sys/epoll.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

std::uint32_t bits(Interest interest, Repeat repeat) noexcept {
  const std::uint32_t once = repeat == Repeat::once ? std::uint32_t{EPOLLONESHOT} : 0U;
  switch (interest) {
    case Interest::none:
      return once;
    case Interest::read:
      return once | EPOLLIN;
    case Interest::write:
      return once | EPOLLOUT;
  }
  return once;
}

void control(int epoll, int operation, int fd, Interest interest, Repeat repeat, void* tag) {
  epoll_event event{};
  event.events = bits(interest, repeat);
  event.data.ptr = tag;
  if (::epoll_ctl(epoll, operation, fd, &event) == -1) throw_errno("epoll_ctl");
}

}  // namespace

Epoll::Epoll() : fd_{::epoll_create1(EPOLL_CLOEXEC)} {
  if (!fd_) throw_errno("epoll_create1");
}

void Epoll::add(int fd, Interest interest, Repeat repeat, void* tag) {
  control(fd_.get(), EPOLL_CTL_ADD, fd, interest, repeat, tag);
}

void Epoll::modify(int fd, Interest interest, Repeat repeat, void* tag) {
  control(fd_.get(), EPOLL_CTL_MOD, fd, interest, repeat, tag);
}

void Epoll::remove(int fd) noexcept { ::epoll_ctl(fd_.get(), EPOLL_CTL_DEL, fd, nullptr); }

std::size_t Epoll::wait(std::span<void*> tags, Deadline deadline) {
  epoll_event events[64];
  const int room = static_cast<int>(std::min(std::size(events), tags.size()));
  int timeout = -1;
  if (!deadline.is_never()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining()).count();
    timeout = static_cast<int>(std::min<long long>(left, INT_MAX));
  }
  const int count = ::epoll_wait(fd_.get(), events, room, timeout);
  if (count == -1) {
    if (errno == EINTR) return 0;
    throw_errno("epoll_wait");
  }
  for (int i = 0; i < count; ++i) tags[static_cast<std::size_t>(i)] = events[i].data.ptr;
  return static_cast<std::size_t>(count);
}

}  // namespace tandem::platform
