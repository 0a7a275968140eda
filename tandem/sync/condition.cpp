#include "tandem/sync/condition.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace tandem::sync {

/// Enlists, gives the lock up, sleeps, takes the lock again. Enlisting before giving up is the whole point: a notify that comes
/// between the two finds the slot.
class Condition::Wait {
 public:
  Wait(Condition& condition, Deadline deadline) noexcept
      : condition_{condition}, deadline_{deadline}, reacquire_{condition.lock_.word_, Deadline::never()} {}

  Step step(Wake why) noexcept {
    switch (phase_) {
      case Phase::enlisting:
        condition_.slots_.push_back(slot_);
        give_up();
        phase_ = Phase::sleeping;
        return Park{&slot_.word, Slot::waiting, deadline_};
      case Phase::sleeping:
        if (why != Wake::timed_out && why != Wake::cancelled && slot_.word.load(std::memory_order_relaxed) == Slot::waiting) {
          return Park{&slot_.word, Slot::waiting, deadline_};
        }
        phase_ = Phase::reacquiring;
        if (why != Wake::granted) why = Wake::start;  // granted: it slept on the lock by then, see wake()
        [[fallthrough]];
      case Phase::reacquiring:
        if (Step park = reacquire_.step(why)) {
          park->cancel.allowed = false;  // who waits here may leave with the lock only
          return park;
        }
        take_back();
        // Decided here, under the lock, and not by how the sleep ended: a notify may have come while we waited for the lock.
        notified_ = slot_.word.load(std::memory_order_relaxed) == Slot::notified;
        if (!notified_) condition_.slots_.remove(slot_);
        return {};
    }
    return {};  // all phases return above
  }

  bool notified() const noexcept { return notified_; }

 private:
  enum class Phase { enlisting, sleeping, reacquiring };

  void give_up() noexcept {
    if (RLock* rlock = condition_.rlock_) {
      holder_ = rlock->owner_.exchange(nobody, std::memory_order_relaxed);
      count_ = std::exchange(rlock->count_, 0);
    }
    static_cast<void>(condition_.lock_.word_.release());  // held: expect_held() looked
  }

  void take_back() noexcept {
    if (RLock* rlock = condition_.rlock_) {
      rlock->owner_.store(holder_, std::memory_order_relaxed);
      rlock->count_ = count_;
    }
  }

  Condition& condition_;
  const Deadline deadline_;
  LockWord<LocalFutex>::Acquire reacquire_;
  Slot slot_;
  Phase phase_ = Phase::enlisting;
  ActorId holder_ = nobody;
  std::uint32_t count_ = 0;
  bool notified_ = false;
};

bool Condition::wait_until(Deadline deadline, Cancel cancel) {
  expect_held("wait");
  Wait machine{*this, deadline};
  drive<LocalFutex>(machine, cancel);
  return machine.notified() || gave_up(deadline);
}

/// Under the lock, which each of them needs to go on, and which its holder will not give up at once: woken now, they would run into
/// it, and sleep a second time. So they are left asleep, on the lock's word, and its release wakes them one by one.
void Condition::wake(std::size_t n) {
  LockWord<LocalFutex>& lock = lock_.word_;
  for (; n > 0; --n) {
    Slot* const slot = slots_.pop_front();
    if (slot == nullptr) return;
    // Ordered by the lock, which its owner must take next.
    slot->word.store(Slot::notified, std::memory_order_relaxed);
    LocalFutex::requeue_one(slot->word, lock.word(), [&lock]() noexcept { return lock.expect_sleeper(); });
  }
}

void Condition::refuse(const char* call) const {
  throw std::logic_error(std::string{"Condition::"} + call + " without its lock '" + lock_.name() + "': acquire it first");
}

}  // namespace tandem::sync
