#pragma once

#include <span>
#include <stop_token>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/poll.hpp"

namespace tandem::sync {

/// Sleeps until one of the descriptors is ready, and marks those that are; false if the deadline passed or `stop` was requested
/// first. Throws KeyboardInterrupt on the main thread if there was Ctrl-C and none is ready; with a deadline that has passed before
/// it only looks. Throws std::system_error.
bool wait_for_descriptors(std::span<platform::Awaited> awaited, Deadline deadline, const std::stop_token& stop = {});

/// The same for one of them.
bool wait_readable(int fd, Deadline deadline, const std::stop_token& stop = {});
bool wait_writable(int fd, Deadline deadline, const std::stop_token& stop = {});

}  // namespace tandem::sync
