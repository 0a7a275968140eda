#pragma once

#include <chrono>
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

/// Whether this thread, which is about to wait so, may do it in a call of the system that knows nothing of interrupts, and returns
/// after longest_nap or at a signal; then it waits as above. One call is less than the three that look, wait and look again. Not if
/// something could end its wait meanwhile; only Ctrl-C in the moment before the call is noticed after the nap.
bool may_nap(Deadline deadline, const std::stop_token& stop) noexcept;
inline constexpr std::chrono::milliseconds longest_nap{20};

}  // namespace tandem::sync
