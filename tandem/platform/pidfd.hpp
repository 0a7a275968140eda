#pragma once

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A process as a descriptor: it means this process and no other, also when its pid has been given to somebody else. It can be read
/// (poll, epoll) once the process has ended. Empty if there is no such process. Throws std::system_error.
///
/// A copy that was sent to somebody keeps an epoll registration alive: remove it from the epoll before closing it.
Fd open_pidfd(int pid);

/// Whether the process has ended; a zombie has.
bool has_ended(const Fd& pidfd);

/// False if the process has ended. Throws std::system_error.
bool send_signal(const Fd& pidfd, int signal);

}  // namespace tandem::platform
