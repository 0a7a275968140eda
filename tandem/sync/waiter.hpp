#pragma once

#include "tandem/base/atomics.hpp"
#include "tandem/base/intrusive_list.hpp"
#include "tandem/sync/step.hpp"

namespace tandem::sync {

/// One sleeper in the parking lot: a node in a FIFO with one function that makes it go on. A thread, a greenlet and a coroutine
/// each derive their own kind; it lives on the sleeper's stack or in its frame, so that parking allocates nothing.
///
/// Who ends the sleep? Waker, time-out and canceller race for claim(). The one that wins sets the outcome, takes the node out of
/// the lot, and (unless it is the sleeper itself) calls resume() once, holding no lock. After resume() nobody but the sleeper
/// touches the node: it may be gone.
///
/// Memory order: what the claimer wrote before resume() is visible to the sleeper when it goes on.
class Waiter : public base::ListNode {
 public:
  /// Makes the sleeper go on. Must neither throw nor run user code: a greenlet or coroutine is posted to its own loop.
  using Resume = void (*)(Waiter&) noexcept;

  explicit Waiter(Resume go_on) noexcept : resume_{go_on} {}

  /// True for exactly one caller.
  bool claim() noexcept {
    bool waiting = false;
    return claimed_.compare_exchange_strong(waiting, true, std::memory_order_acq_rel, std::memory_order_acquire);
  }
  /// Nobody has claimed it yet. Of the moment.
  bool asleep() const noexcept { return !claimed_.load(std::memory_order_relaxed); }
  /// By the claimer only, before resume().
  void outcome(Wake why) noexcept { outcome_ = why; }
  /// By the sleeper, once it goes on.
  Wake outcome() const noexcept { return outcome_; }

  void resume() noexcept { resume_(*this); }

 private:
  friend class LocalFutex;

  const Resume resume_;
  // What it sleeps on; set by LocalFutex::enqueue. A requeue changes it while it holds the mutexes of both words' buckets, so who
  // holds the right one may rely on it, and who does not must look again once it does.
  base::Atomic<const Word*> word_{nullptr};
  Deadline::TimePoint since_{};    // when it began to wait, for hand-off to those who wait too long
  Wake outcome_ = Wake::notified;  // written by the claimer, read after resume
  // false: asleep, anybody may claim. true: decided; the claimer alone touches the node until the sleeper goes on.
  base::Atomic<bool> claimed_{false};
};

}  // namespace tandem::sync
