#include "tandem/sync/descriptors.hpp"

#include <array>
#include <optional>

#include "tandem/platform/event_fd.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::sync {
namespace {

/// Becomes readable when stop is requested.
class StopDescriptor {
 public:
  explicit StopDescriptor(const std::stop_token& stop) : notify_{stop, Notify{requested_}} {}
  int get() const noexcept { return requested_.get(); }

 private:
  struct Notify {
    platform::EventFd& requested;
    void operator()() const noexcept { requested.notify(); }
  };
  platform::EventFd requested_;
  std::stop_callback<Notify> notify_;
};

}  // namespace

bool wait_for_descriptors(std::span<platform::Awaited> awaited, Deadline deadline, const std::stop_token& stop) {
  std::optional<StopDescriptor> stopped;
  if (deadline != Deadline::passed() && stop.stop_possible()) stopped.emplace(stop);
  for (;;) {
    std::array<platform::Awaited, 2> others{{{interrupt_fd()}, {stopped ? stopped->get() : -1}}};
    if (deadline == Deadline::passed()) others[0].fd = -1;
    if (platform::poll_any(awaited, others, deadline) > 0) {
      for (const platform::Awaited& it : awaited) {
        if (it.ready) return true;
      }
      if (others[1].ready) return false;
    }
    if (deadline.expired()) return gave_up(deadline);
    check_interrupt();
  }
}

bool wait_readable(int fd, Deadline deadline, const std::stop_token& stop) {
  platform::Awaited awaited{fd};
  return wait_for_descriptors({&awaited, 1}, deadline, stop);
}

bool wait_writable(int fd, Deadline deadline, const std::stop_token& stop) {
  platform::Awaited awaited{fd, false, true};
  return wait_for_descriptors({&awaited, 1}, deadline, stop);
}

bool may_nap(Deadline deadline, const std::stop_token& stop) noexcept {
  if (stop.stop_possible() || interrupt_pending.load(std::memory_order_relaxed)) return false;
  return deadline.is_never() || (deadline != Deadline::passed() && deadline.remaining() > longest_nap);
}

}  // namespace tandem::sync
