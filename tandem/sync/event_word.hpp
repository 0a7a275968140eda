#pragma once

#include "tandem/sync/futex.hpp"

namespace tandem::sync {

/// The algorithm of an event over one word, apart from how one sleeps. The tempting wrong version keeps only the flag: then
/// set(); clear(); may pass a sleeper by, which wakes up, finds the flag down, and sleeps on.
template <Futex F>
class EventWord {
 public:
  class Wait;

  bool is_set() const noexcept { return (word_.load(std::memory_order_acquire) & up) != 0; }

  void set() noexcept {
    std::uint32_t value = word_.load(std::memory_order_relaxed);
    // Raising a flag that is up writes as well (the same value): what came before it must be visible to whoever looks next.
    while (!word_.compare_exchange_weak(value, raised(value), std::memory_order_release, std::memory_order_relaxed)) {
    }
    // From here on a released waiter may end the event's life; wake() uses nothing but the address.
    if ((value & up) == 0) F::wake(word_, everybody);
  }

  void clear() noexcept { word_.fetch_and(~up, std::memory_order_relaxed); }

  bool wait(Deadline deadline, Cancel cancel = {}) noexcept {
    if (is_set()) return true;
    Wait machine{*this, deadline};
    drive<F>(machine, cancel);
    return machine.happened();
  }

 private:
  // The word: bit 0 is the flag, the rest counts the set() calls that raised it. A sleeper is free as soon as the count differs
  // from the one it came with. (It would miss exactly 2^31 of them during one nap.)
  static constexpr std::uint32_t up = 1;
  static constexpr std::uint32_t one_set = 2;

  static constexpr std::uint32_t raised(std::uint32_t value) noexcept { return (value & up) != 0 ? value : (value + one_set) | up; }

  Word word_{0};
};

template <Futex F>
class EventWord<F>::Wait {
 public:
  Wait(EventWord& of, Deadline deadline) noexcept
      : event_{of}, deadline_{deadline}, came_{of.word_.load(std::memory_order_acquire)} {}

  Step step(Wake why) noexcept {
    const std::uint32_t value = event_.word_.load(std::memory_order_acquire);
    happened_ = (value & up) != 0 || (value & ~up) != (came_ & ~up);
    if (happened_ || why == Wake::timed_out || why == Wake::cancelled) return {};
    return Park{&event_.word_, value, deadline_};
  }

  bool happened() const noexcept { return happened_; }

 private:
  EventWord& event_;
  const Deadline deadline_;
  const std::uint32_t came_;
  bool happened_ = false;
};

}  // namespace tandem::sync
