#pragma once

#include <span>

#include "tandem/base/deadline.hpp"

namespace tandem::platform {

/// A descriptor that is waited for, and what came of it.
struct Awaited {
  int fd = -1;  ///< A negative one is passed over.
  bool read = true;
  bool write = false;
  bool ready = false;  ///< It can be read or written, or has ended or failed, which reading or writing will tell.
};

/// Sleeps until one of all these is ready, and marks those that are; says how many. 0 if the deadline has passed or a signal
/// handler ran. Throws std::system_error.
int poll_any(std::span<Awaited> awaited, std::span<Awaited> others, Deadline deadline);

/// Sleep until one can read from it (or write to it), or it has ended or failed, whatever signals come; false if the deadline
/// passed first.
bool wait_readable(int fd, Deadline deadline = Deadline::never());
bool wait_writable(int fd, Deadline deadline = Deadline::never());

}  // namespace tandem::platform
