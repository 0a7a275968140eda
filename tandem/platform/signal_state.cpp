#include "tandem/platform/signal_state.hpp"

#include <signal.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {

SignalState::SignalState(const Signals& signals) {
  for (const int signal : signals) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0) throw_errno("sigaction");
    actions_.emplace_back(signal, action);
  }
  if (const int code = ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); code != 0) throw_error(code, "pthread_sigmask");
}

void SignalState::restore() const noexcept {
  // None of these can fail: the signals were valid when they were asked for.
  for (const auto& [signal, action] : actions_) ::sigaction(signal, &action, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

SignalState SignalState::ignoring(int signal) const {
  SignalState state = *this;
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  state.actions_.emplace_back(signal, action);
  return state;
}

void block_all_signals() noexcept {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

void default_signals(const Signals& signals) noexcept {
  for (const int signal : signals) ::signal(signal, SIG_DFL);
}

}  // namespace tandem::platform
