#pragma once

#include <bit>

#include "tandem/platform/process_id.hpp"
#include "tandem/sync/shared_futex.hpp"

namespace tandem::sync {

/// The algorithm of a mutual-exclusion lock between processes, over one word that says who holds it: so one whose holder has died
/// is not lost. It lives in shared memory; all zeros is a lock that is free.
///
/// Whoever finds that it slept for a while and nothing changed asks whether the holder has ended; "ended" is proven, see
/// platform::has_ended(), and never guessed from the time: a stopped holder may come back. Then it takes the lock over, and knows
/// by recovered() that what the lock guards may be half-written. Nothing is handed over: a lock given to a sleeper that is dead
/// would be held by nobody.
///
/// A process as a whole is the holder; any of its threads, and in fact any process, may release.
/// Memory order: what the holder did before release() is visible to the next holder. So is what a holder did before it died, as far
/// as its processor came.
class RobustLockWord {
 public:
  class Acquire;

  bool try_acquire() noexcept {
    std::uint64_t value = 0;
    return word_.compare_exchange_strong(value, mine(), std::memory_order_acquire, std::memory_order_relaxed);
  }

  /// With a deadline that has passed it tries once, which includes a look whether the holder has ended.
  bool acquire(Deadline deadline, Cancel cancel = {}) noexcept;
  /// Takes it, however long that takes: nothing ends this wait but the lock.
  void hold() noexcept {
    if (!try_acquire()) acquire(Deadline::never(), {.allowed = false});
  }

  /// False if it was not locked.
  [[nodiscard]] bool release() noexcept {
    std::uint64_t value = mine();
    if (word_.compare_exchange_strong(value, 0, std::memory_order_release, std::memory_order_relaxed)) return true;
    return release_and_wake(value);
  }

  bool is_locked() const noexcept { return (word_.load(std::memory_order_relaxed) & held) != 0; }
  /// Whether this process holds it.
  bool is_mine() const noexcept { return (word_.load(std::memory_order_relaxed) & ~(parked | after_death)) == mine(); }
  /// Whether it is held by somebody who took it over from one that died with it.
  bool recovered() const noexcept { return (word_.load(std::memory_order_relaxed) & after_death) != 0; }

 private:
  // The word: 0 if the lock is free. Otherwise
  //   bit 0       held: set
  //   bit 1       parked: somebody may sleep. Set by a sleeper before it parks, and by one that slept and takes the lock, as it
  //   cannot
  //               know whether others still do. So it is sometimes set too long, which costs a wake, and never too short.
  //   bit 2       after_death: the holder took it from one that had died. Set with the take-over, gone with the release.
  //   bits 10-31  the holder's pid
  //   bits 32-63  its birth
  // Sleepers sleep on the low half. All but parked is written by one compare-exchange, from 0 or from a dead holder's value.
  static constexpr std::uint64_t held = 1, parked = 2, after_death = 4;
  static constexpr int pid_shift = 32 - platform::pid_bits;

  static std::uint64_t mine() noexcept {
    const platform::ProcessId self = platform::this_process();
    return held | std::uint64_t{self.pid} << pid_shift | std::uint64_t{self.birth} << 32;
  }
  static platform::ProcessId holder_in(std::uint64_t value) noexcept {
    return {static_cast<std::uint32_t>(value) >> pid_shift, static_cast<std::uint32_t>(value >> 32)};
  }
  const Word* low_half() const noexcept { return reinterpret_cast<const Word*>(&word_); }

  bool take_from_the_dead(std::uint64_t value, std::uint64_t flags) noexcept;
  bool release_and_wake(std::uint64_t value) noexcept;

  base::Atomic<std::uint64_t> word_{0};
};

static_assert(!base::atomics_are_bare ||
                  (sizeof(RobustLockWord) == 8 && alignof(RobustLockWord) == 8 && base::Atomic<std::uint64_t>::is_always_lock_free),
              "processes share it");
static_assert(std::endian::native == std::endian::little && (!base::atomics_are_bare || sizeof(Word) == 4),
              "the kernel looks at the half with pid and flags");

/// Takes the lock; see StepMachine.
class RobustLockWord::Acquire {
 public:
  Acquire(RobustLockWord& of, Deadline deadline) noexcept : lock_{of}, deadline_{deadline} {}

  Step step(Wake why) noexcept;

  bool acquired() const noexcept { return acquired_; }

 private:
  Step sleep(std::uint64_t value) noexcept;

  RobustLockWord& lock_;
  const Deadline deadline_;
  std::uint64_t slept_on_ = 0;            // the word's value during the last nap; 0 before the first
  Deadline nap_end_ = Deadline::never();  // of that nap, which may be made of several sleeps: some end for no reason
  bool acquired_ = false;
};

}  // namespace tandem::sync
