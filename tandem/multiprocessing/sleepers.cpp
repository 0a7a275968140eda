#include "tandem/multiprocessing/sleepers.hpp"

#include <algorithm>

namespace tandem::multiprocessing {

void Sleepers::wake(std::uint32_t n) noexcept {
  std::uint32_t value = word_.load(std::memory_order_relaxed);
  std::uint32_t left = 0;
  do {
    if (value == 0) return;
    if ((value & picky) != 0) return wake_everybody();
    n = std::min(n, value);
    left = value - n;
  } while (!word_.compare_exchange_weak(value, left, std::memory_order_relaxed));
  if (sync::SharedFutex::wake(word_, n) == n) return;
  // So nobody sleeps any more. Whoever enlisted and does not sleep yet finds the word changed, and enlists again; and if somebody
  // came since, it is left as it is.
  word_.compare_exchange_strong(left, 0, std::memory_order_relaxed);
}

void Sleepers::wake_everybody() noexcept {
  // Always calls the kernel: nobody waits more urgently than for the end of a queue.
  word_.store(0, std::memory_order_relaxed);
  sync::SharedFutex::wake(word_, sync::everybody);
}

std::uint32_t Sleepers::enlist(Each wake) noexcept {
  std::uint32_t value = word_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint32_t counted = (value & ~picky) < many ? value + 1 : value;
    const std::uint32_t next = wake == Each::may_not_do ? counted | picky : counted;
    // A full barrier, for the look that follows; see wake_after_locked_instruction().
    if (word_.compare_exchange_weak(value, next, std::memory_order_seq_cst, std::memory_order_relaxed)) return next;
  }
}

}  // namespace tandem::multiprocessing
