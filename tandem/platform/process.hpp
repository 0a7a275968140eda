#pragma once

#include <array>
#include <optional>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

int this_pid() noexcept;
/// Of whoever forked this process, or adopted it since.
int os_parent_pid() noexcept;

/// How a process ended, as Python's exitcode has it: what it gave to exit(), or minus the signal that ended it.
using ExitCode = int;

/// fork(2): 0 in the child. Only in a process with one thread is everything usable in the child. What stdio and the standard
/// streams hold is written before, so that it does not come out twice. Throws std::system_error.
int fork_process();

/// Ends the process at once: no destructors, no exit handlers, nothing flushed.
[[noreturn]] void exit_now(ExitCode code) noexcept;
/// Writes what stdio and the standard streams hold.
void flush_output() noexcept;

/// From now on exit() comes to `end` after the exit handlers that are registered later, and before all that are registered already,
/// which so do not run: `end` must not return. For a forked process, whose handlers until now are its parent's. Throws
/// std::system_error.
void end_exit_by(void (*end)(ExitCode code));

/// Waits for this child's end. Nothing if nobody knows how it ended, because SIGCHLD is ignored in this process or somebody else
/// has waited for it.
std::optional<ExitCode> reap_child(int pid);

/// The same for the child that a descriptor stands for: no other one is meant when its pid has been given away.
std::optional<ExitCode> reap_child(const Fd& pidfd);

/// From now on this process is killed when its parent ends. Only if the parent has one thread: the kernel means the thread that
/// forked. False if it has ended already.
bool die_with_parent(int parent_pid);

/// Ends this child and takes leave of it.
void kill_child(int pid) noexcept;

/// Closes all descriptors but 0, 1, 2 and those two.
void close_descriptors_but(std::array<int, 2> kept) noexcept;
/// Makes `target` mean what `fd` means; `target` stays open across exec.
void copy_descriptor_to(int fd, int target);
/// /dev/null in the place of descriptors 0, 1 and 2.
void let_go_of_terminal();

/// Threads of this process, those of a sanitizer's runtime included.
int thread_count();

}  // namespace tandem::platform
