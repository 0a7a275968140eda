#pragma once

#include <cstdint>

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
/// Forks a process that gets `channel`, at once; by another start method than fork. What becomes of it when this process ends is
/// said beforehand. From any thread. Throws std::logic_error without init(), ForkServerGone, std::system_error if the system has no
/// process left.
ChildProcess fork(platform::Fd channel, WhenWeEnd when_we_end, StartMethod method = StartMethod::forkserver);

/// A process that this one is about to fork itself: the zygote has a number in the arena for it, and gives back what stands in its
/// row when it has ended, or when it turns out that there will be none: this object is destroyed, or this process ends, before
/// here_is() was called.
class Expected {
 public:
  /// Asks for it. Throws as fork() does.
  explicit Expected(WhenWeEnd when_we_end);
  Expected(const Expected&) = delete;
  Expected& operator=(const Expected&) = delete;
  ~Expected();

  std::uint32_t number() const noexcept { return number_; }
  /// "This is it." Once that was said, whatever happens to this process, the child may touch the arena. Gives the line on which its
  /// end is told. Throws ForkServerGone.
  platform::Fd here_is(int pid, const platform::Fd& pidfd) &&;
  /// In the child: nothing of it is the child's.
  void forget() noexcept { line_.reset(); }

 private:
  platform::Fd line_;
  std::uint32_t number_ = 0;
};

/// This process as a descriptor; of the library's own, not to be closed. In a process forked by hand it is another one. Throws
/// std::system_error.
int own_pidfd();

/// The zygote's pid, or 0 without init().
int pid() noexcept;

}  // namespace tandem::multiprocessing::zygote
