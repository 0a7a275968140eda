#pragma once

#include "tandem/sync/step.hpp"

namespace tandem::sync {

/// What a thread sleeps on: a word on its own stack, which its waker, the handler of SIGINT or a request to stop changes.
///
/// asleep: as it begins. The thread sleeps in the kernel while it is this.
/// go_on: a waker has claimed the thread's Waiter and let it go. Stored by the waker, with release; the last value.
/// called_off: somebody pressed Ctrl-C, or asked the sleeper to stop. Put in the place of asleep by the signal handler on the
///   sleeping thread itself, or by whoever requests stop; back to asleep, by the sleeper, if it finds that a waker was quicker.
struct SleepWord {
  static constexpr std::uint32_t asleep = 0, go_on = 1, called_off = 2;
  Word word{asleep};

  /// True if it was asleep. A waker may be storing go_on at this moment; whichever comes second, a go_on is never overwritten.
  bool call_off() noexcept {
    std::uint32_t seen = asleep;
    return word.compare_exchange_strong(seen, called_off, std::memory_order_relaxed);
  }
  /// By the sleeper, when nobody calls it off any more: a waker was quicker, and is awaited.
  void sleep_on() noexcept {
    std::uint32_t seen = called_off;
    word.compare_exchange_strong(seen, asleep, std::memory_order_relaxed);
  }
};

/// While it lives, an interrupt calls the sleep off; at once, if one is pending. Does nothing on other
/// threads than main, within Uninterruptible, and for a sleep that cannot be called off. One at a time.
class InterruptedBy {
 public:
  InterruptedBy(SleepWord& sleep, bool allowed) noexcept;
  ~InterruptedBy();
  InterruptedBy(const InterruptedBy&) = delete;
  InterruptedBy& operator=(const InterruptedBy&) = delete;
};

}  // namespace tandem::sync
