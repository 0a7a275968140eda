#pragma once

#include "tandem/sync/step.hpp"

namespace tandem::sync {

/// What a thread sleeps on: a word on its own stack, which its waker, or the handler of SIGINT, changes.
///
/// asleep: as it begins. The thread sleeps in the kernel while it is this.
/// go_on: a waker has claimed the thread's Waiter and let it go. Stored by the waker, with release; the last value.
/// interrupted: somebody pressed Ctrl-C. Put in the place of asleep by the signal handler, on the sleeping thread itself; back to
///   asleep, by that thread, if it finds that a waker was quicker.
struct SleepWord {
  static constexpr std::uint32_t asleep = 0, go_on = 1, interrupted = 2;
  Word word{asleep};
};

/// While it lives, an interrupt changes the word from asleep to interrupted; at once, if one is pending. Does nothing on other
/// threads than main, within Uninterruptible, and for a sleep that cannot be cancelled. One at a time.
class InterruptedBy {
 public:
  InterruptedBy(SleepWord& sleep, bool cancellable) noexcept;
  ~InterruptedBy();
  InterruptedBy(const InterruptedBy&) = delete;
  InterruptedBy& operator=(const InterruptedBy&) = delete;
};

}  // namespace tandem::sync
