#include "tandem/sync/parker.hpp"

#include "tandem/platform/futex.hpp"
#include "tandem/sync/local_futex.hpp"

namespace tandem::sync {
namespace {

/// A thread that sleeps, on its own stack.
class ThreadWaiter final : public Waiter {
 public:
  ThreadWaiter() noexcept : Waiter{&wake_thread} {}

  Wake sleep(Deadline deadline) noexcept {
    while (ready_.load(std::memory_order_acquire) == asleep) {
      if (platform::futex_wait(ready_, asleep, deadline) == platform::FutexWait::woken_or_changed) continue;
      if (LocalFutex::withdraw(*this, Wake::timed_out)) return Wake::timed_out;
      deadline = Deadline::never();  // a waker was quicker: its wake is on the way and must be awaited
    }
    return outcome();
  }

 private:
  static void wake_thread(Waiter& waiter) noexcept {
    auto& self = static_cast<ThreadWaiter&>(waiter);
    // The store lets the sleeper go, and its stack with it; after it, the kernel is given a bare address. A stray wake there at
    // worst makes another sleeper of ours look once more.
    const Word& address = self.ready_;
    self.ready_.store(go_on, std::memory_order_release);
    platform::futex_wake(address, 1);
  }

  static constexpr std::uint32_t asleep = 0, go_on = 1;
  Word ready_{asleep};  // asleep until wake_thread, the release partner of the load in sleep()
};

class ThreadParker final : public Parker {
 public:
  Wake park(const Park& park) noexcept override {
    if (park.deadline == Deadline::passed()) return Wake::timed_out;
    ThreadWaiter waiter;
    if (!LocalFutex::enqueue(waiter, park)) return Wake::notified;
    return waiter.sleep(park.deadline);
  }
};

constinit ThreadParker thread_parker;
constinit thread_local Parker* parker_in_force = &thread_parker;

}  // namespace

Parker& this_parker() noexcept { return *parker_in_force; }

ParkerScope::ParkerScope(Parker& parker) noexcept : outer_{parker_in_force} { parker_in_force = &parker; }
ParkerScope::~ParkerScope() { parker_in_force = outer_; }

}  // namespace tandem::sync
