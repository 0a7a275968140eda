#pragma once

#include <cstdint>
#include <span>

#include "tandem/platform/memfd.hpp"
#include "tandem/platform/process_id.hpp"
#include "tandem/shared/object.hpp"
#include "tandem/sync/step.hpp"

namespace tandem::multiprocessing {

/// Where somebody sleeps who waits for a Condition or a Barrier; in shared memory, all zeros is one that is free.
struct WaitingPlace {
  static constexpr std::uint32_t free = 0, waiting = 1;

  // free:    whoever holds the object's lock may take it and write all the rest.
  // waiting: its owner sleeps, or is about to. Stored, with release, after the rest, and so by one store in the line or not.
  // other:   what its owner waited for, in the words of Condition or Barrier. Stored by others, who hold the lock.
  // Back to free by its owner; or under the lock by others, if its owner has ended.
  sync::Word word;
  std::uint32_t unused;
  // The owner: pid, and its birth in the upper half. Like all below it is written under the lock and read without it, by who only
  // wants to know whether to take the lock.
  base::Atomic<std::uint64_t> process;
  base::Atomic<std::uint64_t> ticket;     // in which order they came: the smallest is the oldest
  base::Atomic<std::uint64_t> others_at;  // the Condition's: which ticket was the next one when it was notified

  bool is_waiting() const noexcept { return word.load(std::memory_order_acquire) == waiting; }
  bool is_owned_by_the_dead() const noexcept;
};

static_assert(sizeof(WaitingPlace) == 32 && base::Atomic<std::uint64_t>::is_always_lock_free && sizeof(sync::Word) == 4,
              "processes share it");

/// The places of one object, at the beginning of its window. There is no list among them, which a death could leave torn: who looks
/// for somebody goes through all that were ever in use. A view of the mapping that the object has in this process, one for all its
/// handles: valid as long as any of them.
class WaitingPlaces {
 public:
  static constexpr std::uint32_t capacity = 4096;
  static constexpr std::size_t size = capacity * sizeof(WaitingPlace);

  /// In the object's state; guarded by its lock but for `used`.
  struct Line {
    std::uint64_t next_ticket;
    std::uint32_t ready;               // how many have memory
    base::Atomic<std::uint32_t> used;  // how many were ever in use; only grows
  };

  WaitingPlaces() noexcept = default;
  explicit WaitingPlaces(shared::Object& object);

  /// A place for the caller, who holds the lock, with the next ticket; not `waiting` yet. nullptr if all that have memory are in
  /// use.
  WaitingPlace* take(Line& line) const noexcept;
  /// Memory for more; under the lock. Throws std::runtime_error if that makes too many, std::system_error.
  void grow(Line& line, const shared::Object& object) const;

  std::span<WaitingPlace> used(const Line& line) const noexcept { return {places_, line.used.load(std::memory_order_acquire)}; }
  /// The one who has waited for the longest, of those whose ticket is below `below`; or nullptr. Reliable under the lock; otherwise
  /// it may be wrong by who goes at this moment.
  WaitingPlace* oldest(const Line& line, std::uint64_t below = ~std::uint64_t{0}) const noexcept;

 private:
  WaitingPlace* places_ = nullptr;
};

static_assert(sizeof(WaitingPlaces::Line) == 16, "processes share it");

}  // namespace tandem::multiprocessing
