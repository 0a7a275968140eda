#pragma once

#include <csignal>
#include <cstdint>
#include <utility>
#include <vector>

#include "tandem/platform/signals.hpp"

namespace tandem::platform {

/// What this process does about some signals, and which of all signals are blocked on the calling thread: to be put back in a
/// process that is forked later.
class SignalState {
 public:
  explicit SignalState(const Signals& signals);
  /// As another process has described it by ignored() and blocked(): of `signals`, those that are not ignored do what they do by
  /// themselves.
  SignalState(const Signals& signals, std::uint64_t ignored, std::uint64_t blocked);
  void restore() const noexcept;
  /// The same state, but for a signal that is to be ignored.
  SignalState ignoring(int signal) const;

  /// As bits, signal 1 the lowest: those that are ignored, of the ones that it was asked to look at; and all that are blocked.
  std::uint64_t ignored() const noexcept;
  std::uint64_t blocked() const noexcept;

 private:
  std::vector<std::pair<int, struct sigaction>> actions_;
  sigset_t mask_{};
};

/// Keeps all signals that can be kept from the calling thread. A blocked signal waits, also one that is ignored at the moment: so
/// what is sent to a process that was just forked is not lost before it has taken its place.
void block_all_signals() noexcept;
/// What a signal does to a process by itself.
void default_signals(const Signals& signals) noexcept;
/// They are dropped. Of SIGCHLD this also says that the kernel is to reap the children of this process.
void ignore_signals(const Signals& signals) noexcept;

}  // namespace tandem::platform
