#include "tandem/sync/parker.hpp"

#include "tandem/platform/futex.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/sync/sleep_word.hpp"
#include "tandem/sync/stopped_by.hpp"

namespace tandem::sync {
namespace {

/// A thread that sleeps, on its own stack.
class ThreadWaiter final : public Waiter {
 public:
  ThreadWaiter() noexcept : Waiter{&wake_thread} {}

  Wake sleep(const Park& park) noexcept {
    Wake why = Wake::notified;
    {
      const InterruptedBy interrupt{sleep_, park.cancel.allowed};
      const StoppedBy stop{sleep_, park.cancel};
      why = nap(park.deadline);
    }
    if (why == Wake::notified) return outcome();
    if (LocalFutex::withdraw(*this, why)) return why;
    // A waker was quicker: its wake is on the way and must be awaited. An interrupt stays pending for the next wait, a request to
    // stop stays a request, and neither changes the word any more.
    sleep_.sleep_on();
    nap(Deadline::never());
    return outcome();
  }

 private:
  /// Sleeps until the word is no longer asleep, or the deadline.
  Wake nap(Deadline deadline) noexcept {
    for (;;) {
      switch (sleep_.word.load(std::memory_order_acquire)) {
        case SleepWord::go_on:
          return Wake::notified;
        case SleepWord::called_off:
          return Wake::cancelled;
        default:
          break;
      }
      if (platform::futex_wait(sleep_.word, SleepWord::asleep, deadline) == platform::FutexWait::timed_out) return Wake::timed_out;
    }
  }

  static void wake_thread(Waiter& waiter) noexcept {
    auto& self = static_cast<ThreadWaiter&>(waiter);
    // The store lets the sleeper go, and its stack with it; after it, the kernel is given a bare address. A stray wake there at
    // worst makes another sleeper of ours look once more.
    const Word& address = self.sleep_.word;
    self.sleep_.word.store(SleepWord::go_on, std::memory_order_release);
    platform::futex_wake(address, 1);
  }

  SleepWord sleep_;
};

class ThreadParker final : public Parker {
 public:
  Wake park(const Park& park) noexcept override {
    if (park.deadline == Deadline::passed()) return Wake::timed_out;
    if (park.cancel.allowed && park.cancel.stop != nullptr && park.cancel.stop->stop_requested()) return Wake::cancelled;
    ThreadWaiter waiter;
    if (!LocalFutex::enqueue(waiter, park)) return Wake::notified;
    return waiter.sleep(park);
  }
};

constinit ThreadParker thread_parker;
constinit thread_local Parker* parker_in_force = &thread_parker;

}  // namespace

Parker& this_parker() noexcept { return *parker_in_force; }
bool may_block_thread() noexcept { return parker_in_force == &thread_parker; }

ParkerScope::ParkerScope(Parker& parker) noexcept : outer_{parker_in_force} { parker_in_force = &parker; }
ParkerScope::~ParkerScope() { parker_in_force = outer_; }

}  // namespace tandem::sync
