#pragma once

#include <atomic>
#include <functional>

#include "tandem/platform/signals.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::cli {

/// Ctrl-C and SIGTERM, for as long as the object lives: the first one calls a function, on a thread of its own; a second one ends
/// the process at once, as if nobody had ever caught it. What a stop handler may do is not limited, as it is no signal handler.
///
/// Interrupt::block() must have been called in main, after tandem::init() and before any thread was started; it takes the place of
/// KeyboardInterrupt. The destructor waits for the function, if it
/// is running, and leaves the signals blocked.
///
///     Interrupt interrupt{[&] { stop.request_stop(); }};
class Interrupt {
 public:
  static void block();

  explicit Interrupt(std::function<void()> on_signal);
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  /// The signal that came, or 0.
  int signal() const noexcept { return signal_.load(); }

 private:
  void watch();

  const std::function<void()> on_signal_;
  platform::SignalReader signals_;
  std::atomic<int> signal_{0};
  threading::Thread thread_;  // last: it uses the others
};

}  // namespace tandem::cli
