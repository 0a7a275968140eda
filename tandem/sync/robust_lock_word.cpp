#include "tandem/sync/robust_lock_word.hpp"

#include <algorithm>
#include <chrono>

#include "tandem/base/tuning.hpp"

namespace tandem::sync {
namespace {

// After the first nap somebody who waits asks for the first time whether the holder still lives. Short, since a dead one holds up
// everybody; and not as short as most locks are held, since asking costs as much as sleeping.
constexpr auto first_nap = std::chrono::milliseconds{2};

}  // namespace

bool RobustLockWord::acquire(Deadline deadline, Cancel cancel) noexcept {
  if (try_acquire()) return true;
  if (deadline == Deadline::passed()) return take_from_the_dead(word_.load(std::memory_order_relaxed), 0);
  Acquire machine{*this, deadline};
  drive<SharedFutex>(machine, cancel);
  return machine.acquired();
}

/// `value` is what the word was a while ago.
bool RobustLockWord::take_from_the_dead(std::uint64_t value, std::uint64_t flags) noexcept {
  const platform::ProcessId holder = holder_in(value);
  if ((value & held) == 0 || !platform::has_ended(holder)) return false;
  while ((value & held) != 0 && holder_in(value) == holder) {
    const std::uint64_t taken = mine() | after_death | flags | (value & parked);
    if (word_.compare_exchange_weak(value, taken, std::memory_order_acquire, std::memory_order_relaxed)) return true;
  }
  return false;  // somebody else was quicker
}

bool RobustLockWord::release_and_wake(std::uint64_t value) noexcept {
  while ((value & held) != 0) {
    if (!word_.compare_exchange_weak(value, 0, std::memory_order_release, std::memory_order_relaxed)) continue;
    // From here on the next holder may end the lock's life; a wake uses nothing but the address.
    if ((value & parked) != 0) SharedFutex::wake(*low_half(), 1);
    return true;
  }
  return false;
}

Step RobustLockWord::Acquire::step(Wake why) noexcept {
  base::Atomic<std::uint64_t>& word = lock_.word_;
  const std::uint64_t flags = slept_on_ != 0 ? parked : 0;  // others may sleep, as we did
  const bool give_up = why == Wake::cancelled || (why == Wake::timed_out && deadline_.expired());
  std::uint64_t value = word.load(std::memory_order_relaxed);
  for (int spins = base::lock_spins;;) {
    if ((value & held) == 0) {
      if (word.compare_exchange_weak(value, mine() | flags, std::memory_order_acquire, std::memory_order_relaxed)) {
        acquired_ = true;
        return {};
      }
    } else if (give_up) {
      acquired_ = why == Wake::timed_out && lock_.take_from_the_dead(value, flags);
      return {};
    } else if (value == slept_on_ && nap_end_.expired()) {
      // It slept for the whole of a nap, and nothing has changed. Asked of the clock: not each sleep is as long as it should be.
      acquired_ = lock_.take_from_the_dead(value, parked);
      if (acquired_) return {};
      return sleep(value);
    } else if ((value & parked) == 0 && spins > 0) {
      --spins;
      base::cpu_pause();
      value = word.load(std::memory_order_relaxed);
    } else if ((value & parked) != 0 || word.compare_exchange_weak(value, value | parked, std::memory_order_relaxed)) {
      return sleep(value | parked);
    }
  }
}

Step RobustLockWord::Acquire::sleep(std::uint64_t value) noexcept {
  if (slept_on_ == 0) {
    nap_end_ = first_nap;
  } else if (value != slept_on_ || nap_end_.expired()) {
    nap_end_ = SharedFutex::nap;
  }
  slept_on_ = value;
  return Park{lock_.low_half(), static_cast<std::uint32_t>(value), std::min(deadline_, nap_end_)};
}

}  // namespace tandem::sync
