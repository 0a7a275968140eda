#pragma once

#include <chrono>

#include "tandem/sync/futex.hpp"

namespace tandem::sync {

/// The futex between processes: the kernel's, on words in memory that they share. It knows sleepers by the memory, not by the
/// address, so each process may have it mapped elsewhere.
///
/// Only threads sleep on it, and nobody for longer than `nap` at a stretch: then park() returns Wake::notified, and the machine
/// looks at its word again. So a waker that is killed between changing the word and waking, and a sleeper that is killed after it
/// was woken and before it did anything, cost the others a nap at most.
///
/// Whom the kernel wakes, and whether more sleep, nobody can know: wake_one() says to its `decide` that somebody is woken and more
/// may sleep, and wakes afterwards. Nobody is granted anything.
///
/// Memory order: as for LocalFutex, by the word alone.
class SharedFutex {
 public:
  static constexpr std::chrono::milliseconds nap{100};

  static Wake park(const Park& park) noexcept;
  /// Says how many were woken.
  static unsigned wake(const Word& word, unsigned n) noexcept;
  template <class Decide>
  static void wake_one(const Word& word, Decide decide) noexcept {
    static_cast<void>(decide(NextWaiter{.found = true, .more = true, .overdue = false}));
    wake(word, 1);
  }
};

static_assert(Futex<SharedFutex>);

}  // namespace tandem::sync
