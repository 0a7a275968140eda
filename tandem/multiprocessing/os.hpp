#pragma once

#include <stop_token>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/process.hpp"

/// What multiprocessing has to say about the machine, about this process as the kernel sees it, and about children in general.
namespace tandem::multiprocessing {

/// How many processors are worth while to have busy: those that this thread may run on, but no more than the control groups give
/// time for, rounded up. At least 1. Python: cpu_count, os.process_cpu_count, which do not look at control groups.
int cpu_count();

// The C library's own functions, and not others of the same names: a program that includes <unistd.h>, too, and says `using
// namespace` calls the one that there is.
extern "C" {
/// Python: os.getpid. As current_process().pid().
int getpid() noexcept;
/// The kernel's parent of this process: the fork server, or who has started it under the start method "fork", or who adopted it
/// since. Python: os.getppid. Who has started it under any of them is parent_process().
int getppid() noexcept;
/// Ends this process at once with that exit code: no destructors, no exit handlers, nothing that was printed is flushed, and nobody
/// waits for its children; daemons among them are killed. Python: os._exit.
[[gnu::noreturn]] void _exit(int code);
}

/// Waits until at least one of `children` has ended, and gives those that have, in the order given; their exit codes are there.
/// None if there are none, or the deadline passed, or stop was requested, first. Throws std::logic_error for one that was not
/// started or is a stranger's, and KeyboardInterrupt. Nobody else's children are waited for, as os.wait() would.
///
///     for (auto left = active_children(); !left.empty();) {
///       for (const auto& ended : wait_for_any(left)) { report(ended); std::erase(left, ended); }
///     }
std::vector<ProcessHandle> wait_for_any(const std::vector<ProcessHandle>& children, Deadline deadline = Deadline::never(),
                                        const std::stop_token& stop = {});

/// From now on the kernel itself reaps what this process forks by hand: no zombies, and nobody to wait for; wait() and waitpid()
/// fail with ECHILD once all have ended. SIGCHLD is ignored. A Process is not concerned, as the fork server reaps it and tells how
/// it ended; of a subprocess::Popen the exit code is lost. Python: signal.signal(SIGCHLD, SIG_IGN).
void ignore_children();

}  // namespace tandem::multiprocessing
