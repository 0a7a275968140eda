#pragma once

#include <optional>

#include "tandem/multiprocessing/child_process.hpp"
#include "tandem/multiprocessing/zygote.hpp"

namespace tandem::multiprocessing {

/// The start method "fork": a copy of this process itself, whose OS parent it is. Returns twice, in the child with nothing.
///
/// The child has one thread, the copy of the one that called, with the stack that this has; what the library knows of other threads
/// is forgotten there, Ctrl-C does by itself what SIGINT does, and in the arena it has its own number, with a share in all that
/// this process has. It returns only when the fork server knows of it; if this process dies before that, it ends and has touched
/// nothing.
///
/// Throws std::logic_error without init(), ForkServerGone, std::system_error if the system has no process or descriptor left; in
/// the child nothing. From any thread; one at a time.
std::optional<ChildProcess> fork_self(zygote::WhenWeEnd when_we_end);

/// The same for a process that nobody has to wait for: its OS parent ends at once, so that init, or the next reaper of orphans,
/// takes its place. Gives its pid, and in the child 0. Throws as fork_self() does, and std::runtime_error if the one in between is
/// killed.
int fork_self_twice();

}  // namespace tandem::multiprocessing
