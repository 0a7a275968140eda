#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "tandem/platform/process_id.hpp"
#include "tandem/sync/shared_futex.hpp"

namespace tandem::sync {

/// The algorithm of a counting semaphore between processes. Permits are anonymous, unless they are taken and given back for a
/// Holder: such a permit comes back if its process dies, at whatever instruction. Lives in shared memory, beside a table of
/// max_holders Holders, of which the first ready() have memory; all zeros is a semaphore without permits.
///
/// SemaphoreWord cannot serve here: it decides what the word becomes while the parking lot stands still, and the kernel's futex
/// offers no such moment. And it could not say whose a permit is.
///
/// The tempting wrong version takes the permit and then notes who has it, or notes it first and takes it then: whoever dies between
/// the two leaves a permit that nobody has, or a note of one that was never taken. Here one compare-exchange does both: the upper
/// half of the word names the holder that changed the word last, and the how-manieth change of that holder it is. It is only a
/// pending note: whoever replaces it by another copies it into the holder's own count of changes before (settle()), so it is never
/// lost. Hence for every holder at every moment: its next change has happened if the upper half names it, or its count says so, and
/// not otherwise.
///
/// How long a name stays unique: a count goes into the word by its low 20 bits. To be mistaken, somebody would have to stand still
/// between reading the word and replacing it, while one holder makes exactly a multiple of 2^20 changes, the last of which leaves
/// all other bits as they were, and its process dies before its next instruction.
///
/// A holder of a dead process is inherited: one process puts itself in its place, by compare-exchange, and gives the permit back.
/// If that one dies as well, it is a dead holder like any other. Inheritors are those who find no permit: when they only try, or
/// else when they have waited for 2 ms, and then after each nap.
///
/// It barges: a returned permit is for whoever comes first. Memory order: what was done before a permit was given back is visible
/// to whoever takes it; for one that was inherited, as far as its holder came.
class SharedSemaphoreWord {
 public:
  class Acquire;

  /// Someone for whom a permit is taken.
  struct Holder {
    // 0: free. Otherwise whose: the pid, and its birth in the upper half. From 0 by who claims it; back to 0 by the same once
    // `changes` is even; from a dead process to its inheritor, or to 0 if it had no permit.
    base::Atomic<std::uint64_t> process;
    // How many changes this holder has made, takes and returns in turn: even without a permit, odd with one. May be one behind
    // while the word's upper half names the holder.
    base::Atomic<std::uint64_t> changes;
  };

  static constexpr std::uint32_t max_permits = (std::uint32_t{1} << 31) - 1;
  static constexpr std::uint32_t max_holders = (std::uint32_t{1} << 12) - 1;

  /// Before anybody else knows of it: how many permits there are, and how many there may be.
  void format(std::uint32_t permits, std::uint32_t most) noexcept {
    word_.store(permits, std::memory_order_relaxed);
    most_ = most;
  }

  /// An anonymous permit. With a deadline that has passed it tries once, which includes a look for the dead.
  bool acquire(Holder* holders, Deadline deadline, Cancel cancel = {}) noexcept {
    std::uint64_t value = word_.load(std::memory_order_acquire);
    return take(holders, value, 0) || await(holders, 0, deadline, cancel);
  }
  /// Returns n anonymous permits; false, and nothing is done, if they would be too many then.
  [[nodiscard]] bool release(Holder* holders, std::uint32_t n) noexcept;

  /// A holder that the calling process may use; nothing if all that are ready are in use.
  std::optional<std::uint32_t> claim(Holder* holders) noexcept;
  /// The claimer's wish to have it no longer; it has no permit.
  static void unclaim(Holder& holder) noexcept { holder.process.store(0, std::memory_order_release); }
  /// A permit for a holder that has none, of the calling process.
  bool acquire_as(Holder* holders, std::uint32_t holder, Deadline deadline, Cancel cancel = {}) noexcept;
  /// Gives it back, and the holder with it. If anonymous permits were returned that nobody had taken, so that there would be too
  /// many, this one vanishes.
  void release_as(Holder* holders, std::uint32_t holder) noexcept;
  /// Gives back what dead processes held; true if there was anything.
  bool inherit_from_the_dead(Holder* holders) noexcept;

  std::uint32_t ready() const noexcept { return ready_.load(std::memory_order_acquire); }
  /// Once `n` holders have memory.
  void make_ready(std::uint32_t n) noexcept;

  std::uint32_t permits() const noexcept { return static_cast<std::uint32_t>(word_.load(std::memory_order_relaxed)) & max_permits; }
  std::uint32_t most() const noexcept { return most_; }

 private:
  // The word:
  //   bits 0-30   the number of free permits
  //   bit 31      parked: somebody may sleep. Set by a sleeper before it parks, while there is no permit. Cleared by a release
  //   whose
  //               wake found fewer than it looked for, so nobody is left; it wakes once more afterwards, for whoever fell asleep
  //               between the two. So a release with nobody asleep makes no system call, but for the first.
  //   bits 32-51  the low bits of a holder's `changes` as it was before this holder's last change of the word
  //   bits 52-63  one more than that holder's number; 0 if an anonymous change came after
  // Sleepers sleep on the low half, with no permits and parked. The upper half is replaced only by who has settled what it said.
  static constexpr std::uint32_t parked = std::uint32_t{1} << 31;
  static constexpr int count_bits = 20;
  static constexpr std::uint32_t count_mask = (std::uint32_t{1} << count_bits) - 1;

  static std::uint32_t name_of(std::uint32_t holder, std::uint64_t changes) noexcept {
    return (holder + 1) << count_bits | (static_cast<std::uint32_t>(changes) & count_mask);
  }
  static std::uint64_t joined(std::uint32_t low, std::uint32_t name) noexcept { return low | std::uint64_t{name} << 32; }
  /// For the kernel, which is given the address; nobody here reads it so.
  const Word* low_half() const noexcept { return static_cast<const Word*>(static_cast<const void*>(&word_)); }

  bool await(Holder* holders, std::uint32_t name, Deadline deadline, Cancel cancel) noexcept;
  bool take(Holder* holders, std::uint64_t& value, std::uint32_t name) noexcept;
  void settle(Holder* holders, std::uint64_t value) noexcept;
  bool inherit(Holder* holders, std::uint32_t holder, std::uint64_t from) noexcept;
  void wake(std::uint32_t n) noexcept;

  base::Atomic<std::uint64_t> word_{0};
  base::Atomic<std::uint32_t> ready_{0};  // how many holders have memory; only grows
  std::uint32_t most_ = 0;                // permits that there may be; constant after format()
};

static_assert(!base::atomics_are_bare || (sizeof(SharedSemaphoreWord) == 16 && sizeof(SharedSemaphoreWord::Holder) == 16 &&
                                          alignof(SharedSemaphoreWord) == 8 && base::Atomic<std::uint64_t>::is_always_lock_free &&
                                          base::Atomic<std::uint32_t>::is_always_lock_free),
              "processes share them");

/// Takes a permit, for the holder that `name` names unless that is 0; see StepMachine.
class SharedSemaphoreWord::Acquire {
 public:
  Acquire(SharedSemaphoreWord& of, Holder* holders, std::uint32_t name, Deadline deadline) noexcept
      : semaphore_{of}, holders_{holders}, name_{name}, deadline_{deadline}, next_look_{first_look} {}

  Step step(Wake why) noexcept;

  bool acquired() const noexcept { return acquired_; }

 private:
  // After a short nap, since a dead holder keeps everybody waiting; and not as short as permits are mostly held, since looking
  // costs as much as sleeping.
  static constexpr std::chrono::milliseconds first_look{2};

  SharedSemaphoreWord& semaphore_;
  Holder* const holders_;
  const std::uint32_t name_;
  const Deadline deadline_;
  Deadline next_look_;  // for the dead
  bool acquired_ = false;
};

}  // namespace tandem::sync
