#include "tandem/multiprocessing/child_process.hpp"

#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/zygote_protocol.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/poll.hpp"

namespace tandem::multiprocessing {

ChildProcess::ChildProcess(int pid, std::uint32_t number, platform::Fd pidfd, platform::Fd status, Parent parent) noexcept
    : pid_{pid}, number_{number}, pidfd_{std::move(pidfd)}, status_{std::move(status)}, parent_{parent} {}

bool ChildProcess::has_ended() {
  if (state_ != State::running) return true;
  if (is_untold_) {
    if (!platform::has_ended(pidfd_)) return false;
    reap();
    return true;
  }
  zygote_protocol::Ended ended{};
  std::array<std::byte, sizeof ended> buffer{};
  platform::ReceivedMessage message;
  switch (platform::receive_message(status_.get(), buffer, message, platform::Patience::none)) {
    case platform::ReceiveResult::nothing:
      return false;
    case platform::ReceiveResult::received:
      if (parent_ == Parent::ourselves) {
        reap();
        return true;
      }
      std::memcpy(&ended, buffer.data(), sizeof ended);
      exit_code_ = ended.exit_code;
      state_ = State::ended;
      return true;
    case platform::ReceiveResult::closed:
      if (parent_ == Parent::ourselves) {
        is_untold_ = true;
        return has_ended();
      }
      // The zygote is dead, and with it, by SIGKILL, what it had forked; but perhaps not quite yet.
      platform::wait_readable(pidfd_.get());
      state_ = State::ended_untold;
      return true;
  }
  return false;
}

void ChildProcess::reap() {
  const auto code = platform::reap_child(pidfd_);
  exit_code_ = code.value_or(0);
  state_ = code ? State::ended : State::ended_elsewhere;
}

bool ChildProcess::wait(Deadline deadline) {
  while (!has_ended()) {
    if (!platform::wait_readable(fileno(), deadline)) return false;
  }
  return true;
}

std::optional<platform::ExitCode> ChildProcess::exit_code() {
  if (!has_ended()) return std::nullopt;
  if (state_ == State::ended_untold) {
    throw ForkServerGone("the fork server has died, and the process " + std::to_string(pid_) +
                         " with it: its exit code is not known. The program cannot start processes any more");
  }
  if (state_ == State::ended_elsewhere) {
    throw ExitCodeLost(
        "the process " + std::to_string(pid_) +
        " has ended, but nobody knows how: SIGCHLD is ignored in this process (ignore_children()), or somebody else "
        "has waited for it. Wait for processes of the start method 'fork' by their Process only, or use another one");
  }
  return exit_code_;
}

bool ChildProcess::send_signal(int signal) { return platform::send_signal(pidfd_, signal); }

}  // namespace tandem::multiprocessing
