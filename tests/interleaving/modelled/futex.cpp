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

// The word may be the low half of a larger one: as the value stands in front, and what the checker knows of it behind at the same
// distance, that half is an Atomic like any other.
FutexWait shared_futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  const auto where = interleaving::Where::current();
  word.object().point(where);
  word.object().was_read("shared_futex_wait looks at", where, word.peek());
  if (word.peek() != expected) return FutexWait::woken_or_changed;
  return Scheduler::active()->sleep(word.object(), deadline, true) ? FutexWait::woken_or_changed : FutexWait::timed_out;
}

FutexWait shared_futex_wait(const base::Atomic<std::uint32_t>& word, std::uint32_t expected, const base::Atomic<std::uint32_t>&,
                            std::uint32_t, Deadline deadline) noexcept {
  Scheduler::active()->fail("a sleep between processes that a request to stop may end is not modelled");
  return shared_futex_wait(word, expected, deadline);
}

int shared_futex_wake(const base::Atomic<std::uint32_t>& word, int count) noexcept {
  if (Scheduler::active() == nullptr) return 0;  // when a model is looked at in the end, nobody sleeps
  return Scheduler::active()->wake(word.object(), count);
}

}  // namespace tandem::platform
