#pragma once

#include <cstdint>
#include <optional>

#include "tandem/base/deadline.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/process.hpp"

namespace tandem::multiprocessing {

/// A process that the zygote has forked for us, as the two descriptors by which we know it: its pidfd, and the line on which the
/// zygote tells how it ended. No thread and no signal handler is needed to learn of its end.
///
/// Or one that we have forked ourselves. Then the zygote tells that it has given back what the process held, which is when it
/// counts as ended; and how it ended we ask the kernel, which so reaps it.
///
/// For one thread at a time, but fileno() of it may be polled by any number.
class ChildProcess {
 public:
  /// Who has forked it, and reaps it.
  enum class Parent { fork_server, ourselves };

  ChildProcess(int pid, std::uint32_t number, platform::Fd pidfd, platform::Fd status, Parent parent) noexcept;

  int pid() const noexcept { return pid_; }
  /// Its number in the arena, until it has ended.
  std::uint32_t number() const noexcept { return number_; }
  /// Can be read once the process has ended, a moment before its exit code is there.
  const platform::Fd& pidfd() const noexcept { return pidfd_; }
  /// Can be read once has_ended() is worth asking again.
  int fileno() const noexcept { return is_untold_ ? pidfd_.get() : status_.get(); }

  /// Looks, without waiting. Reaps a child of our own that has.
  bool has_ended();
  /// Waits for its end; false if the deadline passed first. Not ended by an interrupt.
  bool wait(Deadline deadline = Deadline::never());
  /// How it ended. Nothing while it runs; throws ForkServerGone if that was not told before the zygote died, and ExitCodeLost if a
  /// child of our own was reaped by somebody else.
  std::optional<platform::ExitCode> exit_code();

  /// False if it has ended.
  bool send_signal(int signal);

 private:
  enum class State { running, ended, ended_untold, ended_elsewhere };

  void reap();

  int pid_;
  std::uint32_t number_;
  platform::Fd pidfd_;
  platform::Fd status_;
  Parent parent_;
  bool is_untold_ = false;  // a child of our own, and the zygote is not there to tell of it
  State state_ = State::running;
  platform::ExitCode exit_code_ = 0;  // meaningful once ended
};

}  // namespace tandem::multiprocessing
