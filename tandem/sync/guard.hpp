#pragma once

#include "tandem/sync/lock.hpp"

namespace tandem::sync {

/// Holds a Lock for the short critical sections of a library, which Ctrl-C must not cut in two: taking it never throws, so it may
/// be used in noexcept functions and destructors. std::scoped_lock, in contrast, may throw KeyboardInterrupt on the main thread
/// while somebody else holds the lock, which is what a program wants for what may take long.
class Guard {
 public:
  explicit Guard(Lock& lock) noexcept : lock_{lock} { lock.word_.hold(); }
  ~Guard() { static_cast<void>(lock_.word_.release()); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  Lock& lock_;
};

}  // namespace tandem::sync
