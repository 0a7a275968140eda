#pragma once

#include <span>

#include "tandem/base/deadline.hpp"

namespace tandem::platform {

/// Sleeps until one of the descriptors can be read (or has been closed by its other side), and says which: the first such index.
/// -1 if the deadline has passed or a signal handler ran. Negative descriptors are passed over. Throws std::system_error.
int poll_readable(std::span<const int> fds, Deadline deadline);

/// Sleep until one can read from it (or write to it), or it has ended or failed, whatever signals come; false if the deadline
/// passed first.
bool wait_readable(int fd, Deadline deadline = Deadline::never());
bool wait_writable(int fd, Deadline deadline = Deadline::never());

}  // namespace tandem::platform
