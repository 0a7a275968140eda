#include "tandem/platform/signal_state.hpp"

#include <signal.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

constexpr int last_signal = 64;  // as the kernel has it

constexpr std::uint64_t bit(int signal) { return std::uint64_t{1} << (signal - 1); }

}  // namespace

SignalState::SignalState(const Signals& signals) {
  for (const int signal : signals) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0) throw_errno("sigaction");
    actions_.emplace_back(signal, action);
  }
  if (const int code = ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); code != 0) throw_error(code, "pthread_sigmask");
}

SignalState::SignalState(const Signals& signals, std::uint64_t ignored, std::uint64_t blocked) {
  for (const int signal : signals) {
    struct sigaction action {};
    action.sa_handler = (ignored & bit(signal)) != 0 ? SIG_IGN : SIG_DFL;
    actions_.emplace_back(signal, action);
  }
  sigemptyset(&mask_);
  for (int signal = 1; signal <= last_signal; ++signal) {
    if ((blocked & bit(signal)) != 0) sigaddset(&mask_, signal);
  }
}

std::uint64_t SignalState::ignored() const noexcept {
  std::uint64_t bits = 0;
  for (const auto& [signal, action] : actions_) bits |= action.sa_handler == SIG_IGN ? bit(signal) : 0;
  return bits;
}

std::uint64_t SignalState::blocked() const noexcept {
  std::uint64_t bits = 0;
  for (int signal = 1; signal <= last_signal; ++signal) bits |= sigismember(&mask_, signal) == 1 ? bit(signal) : 0;
  return bits;
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

void ignore_signals(const Signals& signals) noexcept {
  for (const int signal : signals) ::signal(signal, SIG_IGN);
}

}  // namespace tandem::platform
