#pragma once

#include <stdexcept>

#include "tandem/base/atomics.hpp"

namespace tandem {

/// A deadline passed before the awaited thing happened. Python: TimeoutError.
/// The calls that return bool or optional never throw it.
class TimeoutError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Somebody pressed Ctrl-C while the main thread waited, or shortly before. Python: KeyboardInterrupt.
///
/// As in Python, where it is a BaseException and no Exception, it derives from nothing: `catch (const std::exception&)` around a
/// piece of work does not swallow it. A program that catches it goes on; one that lets it pass dies by SIGINT itself, without a
/// word, and the shell shows 130. See sync/interrupt.hpp for when it is thrown.
class KeyboardInterrupt {
 public:
  KeyboardInterrupt() noexcept { alive_.fetch_add(1, std::memory_order_relaxed); }
  KeyboardInterrupt(const KeyboardInterrupt&) noexcept : KeyboardInterrupt{} {}
  KeyboardInterrupt& operator=(const KeyboardInterrupt&) noexcept = default;
  ~KeyboardInterrupt() { alive_.fetch_sub(1, std::memory_order_relaxed); }

  const char* what() const noexcept { return "KeyboardInterrupt"; }

  /// Whether one is on its way or being handled, somewhere in this process.
  static bool exists() noexcept { return alive_.load(std::memory_order_relaxed) != 0; }

 private:
  // How many there are. The thread that asks is the one that threw; to others it is a hint: relaxed order is enough.
  static inline base::Atomic<int> alive_{0};
};

}  // namespace tandem
