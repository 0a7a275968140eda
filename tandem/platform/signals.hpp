#pragma once

#include <csignal>
#include <optional>
#include <vector>

#include "tandem/platform/event_fd.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A set of signals: {SIGINT, SIGTERM}.
using Signals = std::vector<int>;

/// Keeps `signals` from being delivered to the calling thread and to those that it starts from now on; they stay pending until
/// somebody reads or unblocks them. Called in main before there is any other thread, this holds for the whole process. Throws
/// std::system_error.
void block_signals(const Signals& signals);
/// Lets the calling thread, and nobody else, be reached by `signals` again.
void unblock_signals(const Signals& signals);

/// Writing into a closed pipe or socket becomes the error EPIPE and no longer ends the process. As libraries must not decide that,
/// it is for main.
void ignore_broken_pipes();

using SignalHandler = void (*)(int);

/// From now on `handler` runs when `signal` comes, if until now nobody had asked for anything else than what the signal does by
/// itself; says whether it will. System calls that it interrupts go on, as far as the kernel can do that. Throws
/// std::system_error.
bool handle_unless_changed(int signal, SignalHandler handler);
/// Undoes it; a handler that somebody else has put in the place of `handler` stays. Async-signal-safe.
void stop_handling(int signal, SignalHandler handler) noexcept;
/// Sends `signal` to one thread of this process. False if there is no such thread. Async-signal-safe.
bool signal_thread(int signal, int native_thread_id) noexcept;
/// For the handler of `signal`: the process dies by it as soon as the handler returns. Async-signal-safe.
void die_behind_handler(int signal) noexcept;

/// Ends the process by `signal` itself, as if nobody had caught it, so that whoever started it sees why it ended (a shell: 130 for
/// SIGINT). Nothing is destroyed or flushed. For signals that end a process by default.
[[noreturn]] void die_by_signal(int signal);

/// Reads signals that were blocked, one by one, as if from a file.
class SignalReader {
 public:
  /// `signals` must be blocked in all threads. Throws std::system_error.
  explicit SignalReader(const Signals& signals);

  /// Waits for the next one; nothing once close() was called.
  std::optional<int> next();
  /// Ends next(), now and in future. From any thread.
  void close() noexcept;
  /// Waits until close() is called, leaving the signals alone.
  void wait_until_closed();

 private:
  Fd signals_;
  EventFd closed_;
};

}  // namespace tandem::platform
