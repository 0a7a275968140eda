#include "tandem/multiprocessing/fork_self.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "tandem/multiprocessing/errors.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/signal_state.hpp"
#include "tandem/shared/bequest.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/after_fork.hpp"

namespace tandem::multiprocessing {
namespace {

constexpr std::array go{std::byte{1}};

/// In the child, which has its parent's pidfd under the same number: waits until the fork server has been told of it. If the parent
/// dies before, nobody knows the child, and its number is somebody else's soon: it ends.
void await_go(const platform::Fd& line, int parent) noexcept {
  std::array awaited{platform::Awaited{line.get()}, platform::Awaited{parent}};
  while (platform::poll_any(awaited, {}, Deadline::never()) == 0) {
  }
  std::array<std::byte, go.size()> buffer{};
  platform::ReceivedMessage message;
  // Not by the line's end alone: a process that somebody forks by hand at this moment has a copy of the other end.
  if (platform::receive_message(line.get(), buffer, message, platform::Patience::none) != platform::ReceiveResult::received)
    platform::exit_now(1);
}

/// Before anything else is done in the child that takes a lock.
void forget_other_threads() noexcept {
  sync::LocalFutex::forget_all();
  threading::forget_other_threads();
  sync::disable_keyboard_interrupt();
}

ChildProcess introduce(zygote::Expected&& expected, int pid, const platform::Fd& go_line) {
  const std::uint32_t number = expected.number();
  try {
    platform::Fd pidfd = platform::open_pidfd(pid);
    if (!pidfd) platform::throw_error(ESRCH, "pidfd_open", "of a process that was just forked: it was killed");
    platform::Fd status = std::move(expected).here_is(pid, pidfd);
    const std::array part{platform::Bytes{go}};
    // If it is dead by now, its exit code tells.
    static_cast<void>(platform::send_message(go_line.get(), part));
    return {pid, number, std::move(pidfd), std::move(status), ChildProcess::Parent::ourselves};
  } catch (...) {
    platform::kill_child(pid);  // it waits, and has done nothing
    throw;
  }
}

}  // namespace

std::optional<ChildProcess> fork_self(zygote::WhenWeEnd when_we_end) {
  zygote::Expected expected{when_we_end};
  const int ourselves = zygote::own_pidfd();
  auto [ours, theirs] = platform::message_socket_pair();
  platform::flush_output();  // it may take long, and the locks must not be held for that
  const platform::SignalState signals{{}};
  // The order matters: what was locked is free again when objects are let go.
  std::optional<shared::Bequest> shares;
  int pid = -1;
  try {
    const sync::ForkHold hold;
    shares.emplace(expected.number());
    // What is sent to the child before it has taken its place must not find the parent's handlers there.
    platform::block_all_signals();
    pid = platform::fork_process();
    if (pid == 0) forget_other_threads();
  } catch (...) {
    signals.restore();
    throw;
  }
  if (pid != 0) {
    signals.restore();
    return introduce(std::move(expected), pid, ours);
  }
  ours.reset();
  expected.forget();
  await_go(theirs, ourselves);
  shares->take_over();
  signals.restore();
  return std::nullopt;
}

namespace {

/// What the process in between tells before it ends.
struct Orphan {
  int pid = 0;
  int error = 0;  ///< why there is none, if it says so by a number
};

/// In the process in between: forks, tells, and ends. Returns in the orphan.
void fork_orphan(const platform::Fd& line) noexcept {
  Orphan orphan;
  try {
    const auto child = fork_self(zygote::WhenWeEnd::lives_on);
    if (!child) return;
    orphan.pid = child->pid();
  } catch (const std::system_error& error) {
    orphan.error = error.code().value();
  } catch (const ForkServerGone&) {
    orphan.error = ECONNRESET;
  }
  const std::array part{std::as_bytes(std::span{&orphan, 1})};
  static_cast<void>(platform::send_message(line.get(), part));
  platform::exit_now(0);
}

}  // namespace

int fork_self_twice() {
  auto [ours, theirs] = platform::message_socket_pair();
  auto between = fork_self(zygote::WhenWeEnd::lives_on);
  if (!between) {
    ours.reset();
    fork_orphan(theirs);
    return 0;
  }
  theirs.reset();
  between->wait();  // what it has said stays to be heard
  Orphan orphan;
  platform::ReceivedMessage message;
  const auto answer =
      platform::receive_message(ours.get(), std::as_writable_bytes(std::span{&orphan, 1}), message, platform::Patience::none);
  if (answer != platform::ReceiveResult::received) {
    throw std::runtime_error("detach: the process " + std::to_string(between->pid()) +
                             ", which was to fork the one that is let go, was killed before it could; try again");
  }
  if (orphan.error != 0) platform::throw_error(orphan.error, "fork", "of a process that is let go");
  return orphan.pid;
}

}  // namespace tandem::multiprocessing
