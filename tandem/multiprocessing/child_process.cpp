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

ChildProcess::ChildProcess(int pid, std::uint32_t number, platform::Fd pidfd, platform::Fd status) noexcept
    : pid_{pid}, number_{number}, pidfd_{std::move(pidfd)}, status_{std::move(status)} {}

bool ChildProcess::has_ended() {
  if (state_ != State::running) return true;
  zygote_protocol::Ended ended{};
  std::array<std::byte, sizeof ended> buffer{};
  platform::ReceivedMessage message;
  switch (platform::receive_message(status_.get(), buffer, message, platform::Patience::none)) {
    case platform::ReceiveResult::nothing:
      return false;
    case platform::ReceiveResult::received:
      std::memcpy(&ended, buffer.data(), sizeof ended);
      exit_code_ = ended.exit_code;
      state_ = State::ended;
      return true;
    case platform::ReceiveResult::closed:
      // The zygote is dead, and with it, by SIGKILL, what it had forked; but perhaps not quite yet.
      platform::wait_readable(pidfd_.get());
      state_ = State::ended_untold;
      return true;
  }
  return false;
}

bool ChildProcess::wait(Deadline deadline) {
  while (!has_ended()) {
    if (!platform::wait_readable(status_.get(), deadline)) return false;
  }
  return true;
}

std::optional<platform::ExitCode> ChildProcess::exit_code() {
  if (!has_ended()) return std::nullopt;
  if (state_ == State::ended_untold) {
    throw ForkServerGone("the fork server has died, and the process " + std::to_string(pid_) +
                         " with it: its exit code is not known. The program cannot start processes any more");
  }
  return exit_code_;
}

bool ChildProcess::send_signal(int signal) { return platform::send_signal(pidfd_, signal); }

}  // namespace tandem::multiprocessing
