#pragma once

#include <cstddef>
#include <cstdint>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/memfd.hpp"

namespace tandem::multiprocessing {

/// Memory that a pool shares with its workers, where each says which attempt at a task it has begun. When a worker dies, that decides whether
/// its task died with it or may be given to another one.
class ClaimBoard {
 public:
  using Claim = base::Atomic<std::uint64_t>;

  /// A new one for so many workers. Throws std::system_error.
  explicit ClaimBoard(std::size_t workers);
  /// A worker's view of its pool's.
  explicit ClaimBoard(platform::Fd memory);

  const platform::Fd& memory() const noexcept { return memory_; }

  // 0: the worker in this slot has begun nothing. Otherwise the number of the attempt that it began last.
  // Stored by the worker with release order before it runs the task; loaded by the pool with acquire order once the worker has
  // ended, or by nobody. The pool stores 0 before it starts a worker in the slot.
  Claim& operator[](std::size_t slot) const noexcept;

 private:
  struct alignas(64) Place {
    Claim claim;
  };
  static_assert(sizeof(Place) == 64 && Claim::is_always_lock_free,
                "both sides lay it out alike, and no lock is left behind by a death");

  platform::Fd memory_;
  platform::Mapping mapping_;
};

}  // namespace tandem::multiprocessing
