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
/// For one thread at a time, but fileno() of it may be polled by any number.
class ChildProcess {
 public:
  ChildProcess(int pid, std::uint32_t number, platform::Fd pidfd, platform::Fd status) noexcept;

  int pid() const noexcept { return pid_; }
  /// Its number in the arena, until it has ended.
  std::uint32_t number() const noexcept { return number_; }
  /// Can be read once the process has ended, a moment before its exit code is there.
  const platform::Fd& pidfd() const noexcept { return pidfd_; }
  /// Can be read once has_ended() is worth asking again.
  int fileno() const noexcept { return status_.get(); }

  /// Looks, without waiting.
  bool has_ended();
  /// Waits for its end; false if the deadline passed first. Not ended by an interrupt.
  bool wait(Deadline deadline = Deadline::never());
  /// How it ended. Nothing while it runs; throws ForkServerGone if that was not told before the zygote died.
  std::optional<platform::ExitCode> exit_code();

  /// False if it has ended.
  bool send_signal(int signal);

 private:
  enum class State { running, ended, ended_untold };

  int pid_;
  std::uint32_t number_;
  platform::Fd pidfd_;
  platform::Fd status_;
  State state_ = State::running;
  platform::ExitCode exit_code_ = 0;  // meaningful once ended
};

}  // namespace tandem::multiprocessing
