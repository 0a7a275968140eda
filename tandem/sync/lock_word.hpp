#pragma once

#include "tandem/base/tuning.hpp"
#include "tandem/sync/futex.hpp"

namespace tandem::sync {

/// The algorithm of a mutual-exclusion lock over one word, apart from how one sleeps.
///
/// It barges: a released lock is free for whoever comes first, since handing it to a sleeper would leave it idle until that one
/// has woken up. Only a sleeper that the futex calls overdue is handed the lock directly.
///
/// Memory order: what the holder did before release() is visible to the next holder (release/acquire on the word; with a hand-off
/// through the futex).
template <Futex F>
class LockWord {
 public:
  class Acquire;

  bool try_acquire() noexcept {
    std::uint32_t value = word_.load(std::memory_order_relaxed);
    while ((value & locked) == 0) {
      if (word_.compare_exchange_weak(value, value | locked, std::memory_order_acquire, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  bool acquire(Deadline deadline, Cancel cancel = {}) noexcept {
    if (try_acquire()) return true;
    if (deadline == Deadline::passed()) return false;
    Acquire machine{*this, deadline};
    drive<F>(machine, cancel);
    return machine.acquired();
  }

  /// Takes it, however long that takes: nothing ends this wait but the lock.
  void hold() noexcept {
    if (try_acquire()) return;
    Acquire machine{*this, Deadline::never()};
    drive<F>(machine, {.allowed = false});
  }

  /// False if it was not locked.
  [[nodiscard]] bool release() noexcept {
    std::uint32_t value = locked;
    if (word_.compare_exchange_strong(value, 0, std::memory_order_release, std::memory_order_relaxed)) return true;
    if ((value & locked) == 0) return false;
    // parked is set. Nobody else changes the word while we hold the lock and that bit is there, so decide() may simply store.
    F::wake_one(word_, [this](NextWaiter next) noexcept {
      if (next.overdue) {
        word_.store(next.more ? locked | parked : locked, std::memory_order_relaxed);
        return Wake::granted;
      }
      word_.store(next.more ? parked : 0, std::memory_order_release);
      return Wake::notified;
    });
    return true;
  }

  /// For who holds the lock and lets somebody sleep on its word who slept elsewhere: the release will look for sleepers. False, and
  /// nothing is done, if nobody holds it.
  bool expect_sleeper() noexcept {
    std::uint32_t value = word_.load(std::memory_order_relaxed);
    while ((value & locked) != 0) {
      if (word_.compare_exchange_weak(value, value | parked, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  const Word& word() const noexcept { return word_; }

  bool is_locked() const noexcept { return (word_.load(std::memory_order_relaxed) & locked) != 0; }

 private:
  // The word is a set of two bits.
  // locked: somebody holds it. Set by who acquires, cleared by who releases, kept by a hand-off.
  static constexpr std::uint32_t locked = 1;
  // parked: somebody may sleep. Set by a sleeper before it parks, cleared by the release that finds nobody behind the one whom it
  // wakes. So it is sometimes set too long, which costs a look into the parking lot, and never too short.
  static constexpr std::uint32_t parked = 2;

  Word word_{0};
};

/// Takes the lock; see StepMachine.
template <Futex F>
class LockWord<F>::Acquire {
 public:
  Acquire(LockWord& of, Deadline deadline) noexcept : lock_{of}, deadline_{deadline} {}

  Step step(Wake why) noexcept {
    if (why == Wake::granted) {
      acquired_ = true;
      return {};
    }
    Word& word = lock_.word_;
    std::uint32_t value = word.load(std::memory_order_relaxed);
    for (int spins = base::lock_spins;;) {
      if ((value & locked) == 0) {
        if (word.compare_exchange_weak(value, value | locked, std::memory_order_acquire, std::memory_order_relaxed)) {
          acquired_ = true;
          return {};
        }
      } else if (why == Wake::timed_out || why == Wake::cancelled) {
        return {};
      } else if ((value & parked) != 0) {
        return Park{&word, locked | parked, deadline_, {}, began_.get()};
      } else if (spins > 0) {
        // Most locks are held for less time than sleeping and waking cost. Not while others sleep: they were first.
        --spins;
        base::cpu_pause();
        value = word.load(std::memory_order_relaxed);
      } else {
        // On success value has no parked bit yet but the word has; on failure value is what others made of it: look again.
        if (word.compare_exchange_weak(value, value | parked, std::memory_order_relaxed)) value |= parked;
      }
    }
  }

  bool acquired() const noexcept { return acquired_; }

 private:
  LockWord& lock_;
  const Deadline deadline_;
  WaitBegin began_;
  bool acquired_ = false;
};

}  // namespace tandem::sync
