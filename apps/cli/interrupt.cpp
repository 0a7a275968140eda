#include "apps/cli/interrupt.hpp"

#include <csignal>
#include <utility>

#include "tandem/sync/interrupt.hpp"

namespace tandem::cli {
namespace {

const platform::Signals& ending_signals() {
  static const platform::Signals signals{SIGINT, SIGTERM};
  return signals;
}

}  // namespace

void Interrupt::block() {
  platform::block_signals(ending_signals());
  // Two cannot care for one signal: KeyboardInterrupt's handler would send it to the main thread, where it is blocked.
  sync::disable_keyboard_interrupt();
}

Interrupt::Interrupt(std::function<void()> on_signal)
    : on_signal_{std::move(on_signal)}, signals_{ending_signals()}, thread_{[this] { watch(); }} {
  thread_.name("signals");
  thread_.start();
}

Interrupt::~Interrupt() {
  signals_.close();
  thread_.join();
}

void Interrupt::watch() {
  const auto signal = signals_.next();
  if (!signal) return;
  signal_ = *signal;
  // From here on a signal can reach this thread, and only this one, with its usual effect: the end of the process.
  platform::unblock_signals(ending_signals());
  on_signal_();
  signals_.wait_until_closed();
}

}  // namespace tandem::cli
