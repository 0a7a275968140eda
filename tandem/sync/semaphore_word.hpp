#pragma once

#include "tandem/sync/futex.hpp"

namespace tandem::sync {

/// The algorithm of a counting semaphore over one word, apart from how one sleeps. It barges like LockWord: a returned permit is
/// free for whoever comes first, but an overdue sleeper is handed it.
///
/// Memory order: what was done before release() is visible to whoever acquires that permit.
template <Futex F>
class SemaphoreWord {
 public:
  class Acquire;

  static constexpr std::uint32_t max_permits = (std::uint32_t{1} << 31) - 1;

  constexpr explicit SemaphoreWord(std::uint32_t permits) noexcept : word_{permits} {}

  bool try_acquire() noexcept {
    std::uint32_t value = word_.load(std::memory_order_relaxed);
    return take(value);
  }

  bool acquire(Deadline deadline, Cancel cancel = {}) noexcept {
    if (try_acquire()) return true;
    if (deadline == Deadline::passed()) return false;
    Acquire machine{*this, deadline};
    drive<F>(machine, cancel);
    return machine.acquired();
  }

  /// Returns n permits; false, and nothing is done, if they were more than `most` then.
  [[nodiscard]] bool release(std::uint32_t n, std::uint32_t most = max_permits) noexcept {
    std::uint32_t value = word_.load(std::memory_order_relaxed);
    do {
      if (n > most - (value & max_permits)) return false;
    } while (!word_.compare_exchange_weak(value, value + n, std::memory_order_release, std::memory_order_relaxed));
    // No sleeper can have come since: it sets parked only while there is no permit.
    if ((value & parked) == 0) return true;
    bool more = true;
    for (; more && n > 0; --n) {
      F::wake_one(word_, [&](NextWaiter next) noexcept {
        more = next.more;
        if (!next.more) word_.fetch_and(~parked, std::memory_order_relaxed);
        if (!next.overdue) return Wake::notified;
        std::uint32_t seen = word_.load(std::memory_order_relaxed);
        return take(seen) ? Wake::granted : Wake::notified;
      });
    }
    return true;
  }

  std::uint32_t permits() const noexcept { return word_.load(std::memory_order_relaxed) & max_permits; }

 private:
  // The word: the number of permits in the low 31 bits, and above them
  // parked: somebody may sleep. Set by a sleeper before it parks, while there is no permit; cleared by the release that wakes the
  // last one.
  static constexpr std::uint32_t parked = std::uint32_t{1} << 31;

  /// Takes a permit if there is one. On failure `value` is the word as last seen, without permits.
  bool take(std::uint32_t& value) noexcept {
    while ((value & max_permits) != 0) {
      if (word_.compare_exchange_weak(value, value - 1, std::memory_order_acquire, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  Word word_;
};

/// Takes a permit; see StepMachine.
template <Futex F>
class SemaphoreWord<F>::Acquire {
 public:
  Acquire(SemaphoreWord& of, Deadline deadline) noexcept : semaphore_{of}, deadline_{deadline} {}

  Step step(Wake why) noexcept {
    Word& word = semaphore_.word_;
    std::uint32_t value = word.load(std::memory_order_relaxed);
    for (;;) {
      acquired_ = why == Wake::granted || semaphore_.take(value);
      if (acquired_ || why == Wake::timed_out || why == Wake::cancelled) return {};
      if (value == parked || word.compare_exchange_weak(value, parked, std::memory_order_relaxed)) {
        return Park{&word, parked, deadline_, {}, began_.get()};
      }
    }
  }

  bool acquired() const noexcept { return acquired_; }

 private:
  SemaphoreWord& semaphore_;
  const Deadline deadline_;
  WaitBegin began_;
  bool acquired_ = false;
};

}  // namespace tandem::sync
