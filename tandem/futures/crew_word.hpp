#pragma once

#include <cstdint>

#include "tandem/base/atomics.hpp"

namespace tandem::futures {

/// How many workers a pool has and what they are about, in one word, so that whoever decides to wake one does it on counts that
/// belong together.
///
/// Memory order: all changes, and the look in ring(), are sequentially consistent; ThreadEngine argues with that.
class CrewWord {
 public:
  /// What a ring came to: who it was for is counted as awake and as the one who searches from then on.
  enum class Ring {
    nobody,   ///< Nobody can or need come.
    sleeper,  ///< One of those who sleep must be woken.
    recruit,  ///< A thread must be made.
  };

  static constexpr std::uint32_t most_workers = (1U << 20) - 1;

  /// `most_awake` may be awake at a time, `most` may there be.
  constexpr CrewWord(std::uint32_t most_awake, std::uint32_t most) noexcept : most_awake_{most_awake}, most_{most} {}

  /// There is work: lets a worker come for it, unless one is searching, or all that may be awake are.
  Ring ring(bool may_recruit) noexcept {
    std::uint64_t value = word_.load(std::memory_order_seq_cst);
    for (;;) {
      if ((value & searching) != 0 || awake(value) >= most_awake_) return Ring::nobody;
      const bool wake = asleep(value) != 0;
      if (!wake && (!may_recruit || made(value) >= most_)) return Ring::nobody;
      const std::uint64_t come = value + searching + one_awake + (wake ? 0 - one_asleep : one_made);
      if (word_.compare_exchange_weak(value, come, std::memory_order_seq_cst)) return wake ? Ring::sleeper : Ring::recruit;
    }
  }
  /// The thread could not be made. Look for work once more after it: somebody may have relied on it.
  void recruit_failed() noexcept { change(0 - one_awake - one_made, true); }

  /// A worker without work becomes the one who searches; false if there is one.
  bool begin_search() noexcept { return (word_.fetch_or(searching, std::memory_order_seq_cst) & searching) == 0; }
  /// The one who searches has found something.
  void end_search() noexcept { word_.fetch_and(~searching, std::memory_order_seq_cst); }

  /// A worker goes to sleep: it must look for work once more after it has said so. `searched`: it was the one who searches.
  void falls_asleep(bool searched) noexcept { change(one_asleep - one_awake, searched); }
  /// Everybody who sleeps is counted as awake, as if rung for; says how many must be woken.
  std::uint32_t wake_all() noexcept {
    std::uint64_t value = word_.load(std::memory_order_seq_cst);
    while (!word_.compare_exchange_weak(value, value + asleep(value) * (one_awake - one_asleep), std::memory_order_seq_cst)) {
    }
    return static_cast<std::uint32_t>(asleep(value));
  }
  /// A worker waits for a task, and works no more until it goes on.
  void pauses() noexcept { word_.fetch_sub(one_awake, std::memory_order_seq_cst); }
  void goes_on() noexcept { word_.fetch_add(one_awake, std::memory_order_seq_cst); }
  /// A worker ends. It stays counted as made: nobody takes its place.
  void leaves(bool searched) noexcept { change(0 - one_awake, searched); }

  /// More are awake than may be: one went on while another was in its place.
  bool too_many_awake() const noexcept { return awake(word_.load(std::memory_order_relaxed)) > most_awake_; }

 private:
  // The word:
  // searching  bit 0: a worker looks for work, or was woken or made to do so. Whoever clears it looks at all queues after that, and
  //            rings if something is there; so who has work and finds it set need not wake anybody. Usually there is one who set
  //            it, or for whom it was set, and who clears it. Two may believe that they are the one where all are woken, which
  //            costs a look too many and misses nothing.
  // awake      20 bits: workers that run tasks or look for some; not those that wait for a task's end.
  // asleep     20 bits: workers that sleep and for whom nobody has rung; a ring takes one off and gives the bell a permit.
  // made       20 bits: threads that were ever made. Those that are in none of the other counts pause or have ended.
  static constexpr std::uint64_t searching = 1;
  static constexpr std::uint64_t one_awake = std::uint64_t{1} << 1;
  static constexpr std::uint64_t one_asleep = std::uint64_t{1} << 21;
  static constexpr std::uint64_t one_made = std::uint64_t{1} << 41;

  static constexpr std::uint64_t awake(std::uint64_t value) noexcept { return (value / one_awake) & most_workers; }
  static constexpr std::uint64_t asleep(std::uint64_t value) noexcept { return (value / one_asleep) & most_workers; }
  static constexpr std::uint64_t made(std::uint64_t value) noexcept { return (value / one_made) & most_workers; }

  void change(std::uint64_t by, bool clear_searching) noexcept {
    std::uint64_t value = word_.load(std::memory_order_relaxed);
    const auto changed = [&] { return (clear_searching ? value & ~searching : value) + by; };
    while (!word_.compare_exchange_weak(value, changed(), std::memory_order_seq_cst)) {
    }
  }

  base::Atomic<std::uint64_t> word_{0};
  const std::uint32_t most_awake_;
  const std::uint32_t most_;
};

}  // namespace tandem::futures
