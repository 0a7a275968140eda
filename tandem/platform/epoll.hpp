#pragma once

#include <cstdint>
#include <span>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// What one waits for. Errors and hang-ups are reported in any case.
enum class Interest : std::uint8_t { none, read, write };
/// Once: after one report the descriptor is silent until it is modified, so that one thread only has it.
enum class Repeat : std::uint8_t { always, once };

/// The kernel's readiness queue. add, modify and remove may be called by any thread while another one waits.
class Epoll {
 public:
  Epoll();

  /// `tag` comes back with each report. Throws std::system_error.
  void add(int fd, Interest interest, Repeat repeat, void* tag);
  /// Arms it (again): reports at once if it is ready already.
  void modify(int fd, Interest interest, Repeat repeat, void* tag);
  /// Must come before the descriptor is closed, if a copy of it lives on elsewhere.
  void remove(int fd) noexcept;

  /// Sleeps until something is ready, and writes the tags into `tags`, 64 at most; 0 if the deadline passed or a signal came.
  std::size_t wait(std::span<void*> tags, Deadline deadline);

 private:
  Fd fd_;
};

}  // namespace tandem::platform
