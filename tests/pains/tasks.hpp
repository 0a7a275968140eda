#pragma once

// What the tests of this folder give to worker processes.

#include <chrono>
#include <csignal>
#include <thread>

namespace tandem::test {

inline int next(int n) { return n + 1; }

/// Ends its process as a crash does.
inline int crash(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  return 0;
}

/// Longer than any test.
inline int sleep_long() {
  std::this_thread::sleep_for(std::chrono::minutes{10});
  return 0;
}

/// Keeps the processor busy for as long as nobody stops it.
inline int spin_for_ever() {
  volatile bool stop = false;  // or else the loop has no effect, and a compiler may leave it out
  while (!stop) {
  }
  return 0;
}

}  // namespace tandem::test
