#pragma once

#include <csignal>
#include <utility>
#include <vector>

#include "tandem/platform/signals.hpp"

namespace tandem::platform {

/// What this process does about some signals, and which of all signals are blocked on the calling thread: to be put back in a
/// process that is forked later.
class SignalState {
 public:
  explicit SignalState(const Signals& signals);
  void restore() const noexcept;

 private:
  std::vector<std::pair<int, struct sigaction>> actions_;
  sigset_t mask_{};
};

void ignore_signals(const Signals& signals) noexcept;
/// What a signal does to a process by itself.
void default_signals(const Signals& signals) noexcept;

}  // namespace tandem::platform
