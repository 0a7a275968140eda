#include "tandem/platform/futex.hpp"

#include "tests/interleaving/checker/scheduler.hpp"

// The kernel's futex, as the checker models it: comparing and falling asleep are one operation, sleepers are woken in the order in
// which they came, and a timed sleep may end by its deadline whenever the schedule wants that.
namespace tandem::platform {

using interleaving::Scheduler;

FutexWait futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  const auto where = interleaving::Where::current();
  word.object().point(where);
  word.object().was_read("futex_wait looks at", where, word.peek());
  if (word.peek() != expected) return FutexWait::woken_or_changed;
  return Scheduler::active()->sleep(word.object(), deadline) ? FutexWait::woken_or_changed : FutexWait::timed_out;
}

void futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept { Scheduler::active()->wake(word.object(), count); }

}  // namespace tandem::platform
