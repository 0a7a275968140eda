#include "tandem/sync/shared_futex.hpp"

#include <algorithm>
#include <limits>

#include "tandem/platform/futex.hpp"
#include "tandem/sync/sleep_word.hpp"
#include "tandem/sync/stopped_by.hpp"

namespace tandem::sync {
namespace {

platform::FutexWait sleep(const Park& park, const SleepWord& calling_off, Deadline until) noexcept {
  // A request to stop is made by another thread, which wakes the second word. Ctrl-C needs none: its signal ends the sleep. If it
  // comes just before the sleep begins, a nap is as long as it is not noticed.
  if (park.cancel.allowed && park.cancel.stop != nullptr) {
    return platform::shared_futex_wait(*park.word, park.expected, calling_off.word, SleepWord::asleep, until);
  }
  return platform::shared_futex_wait(*park.word, park.expected, until);
}

}  // namespace

Wake SharedFutex::park(const Park& park) noexcept {
  if (park.deadline == Deadline::passed()) return Wake::timed_out;
  SleepWord calling_off;
  const InterruptedBy interrupt{calling_off, park.cancel.allowed};
  const StoppedBy stop{calling_off, park.cancel};
  const auto is_off = [&] { return calling_off.word.load(std::memory_order_relaxed) == SleepWord::called_off; };
  if (is_off()) return Wake::cancelled;
  const Deadline nap_end = nap;
  const auto why = sleep(park, calling_off, std::min(park.deadline, nap_end));
  if (is_off()) return Wake::cancelled;
  return why == platform::FutexWait::timed_out && park.deadline <= nap_end ? Wake::timed_out : Wake::notified;
}

unsigned SharedFutex::wake(const Word& word, unsigned n) noexcept {
  constexpr auto most = static_cast<unsigned>(std::numeric_limits<int>::max());
  return static_cast<unsigned>(platform::shared_futex_wake(word, static_cast<int>(std::min(n, most))));
}

}  // namespace tandem::sync
