#pragma once

#include "tandem/multiprocessing/child_process.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/platform/fd.hpp"

/// The way to the zygote, the small process that forks for all processes of this program; see docs/inside/zygote.md.
namespace tandem::multiprocessing::zygote {

/// Makes the zygote. Once, while this process has one thread.
void start();

/// What a process needs to ask the zygote for another one; it comes to each by its birth.
struct Access {
  platform::Fd requests;
  int pid = 0;
};
/// Copies the access, to be sent to a child. Throws std::logic_error without init().
Access access();
/// By a new process: from now on it has this access.
void adopt(Access access);

enum class WhenWeEnd { lives_on, is_killed };
/// Forks a process that gets `channel`, at once. What becomes of it when this process ends is said beforehand. From any thread.
/// Throws std::logic_error without init(), ForkServerGone, std::system_error if the system has no process left.
ChildProcess fork(platform::Fd channel, WhenWeEnd when_we_end, StartMethod method = StartMethod::forkserver);

/// The zygote's pid, or 0 without init().
int pid() noexcept;

}  // namespace tandem::multiprocessing::zygote
