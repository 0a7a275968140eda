#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tandem/multiprocessing/task_slot.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/memfd.hpp"

namespace tandem::multiprocessing {

/// The memory in which a pool offers tasks to its workers, and workers give results: slots with a task each, a ring that says in
/// which order they are to be begun, and a stack of those that are done.
///
/// There is no lock in it. What happens to a task is decided by one compare-exchange on its slot's word, so any worker may be
/// killed, or stopped, at any instruction and holds up nobody. Ring and stack only help to find slots: see docs/inside/pools.md.
///
/// One process offers, from one thread at a time; any number take. One thread collects.
class TaskBoard {
 public:
  using Place = std::uint32_t;  ///< A worker's number in its pool.

  /// A new one for so many workers, or less. Throws std::system_error.
  explicit TaskBoard(std::size_t workers);
  /// A worker's view of its pool's.
  explicit TaskBoard(platform::Fd memory);

  const platform::Fd& memory() const noexcept { return memory_; }
  TaskSlot& slot(std::uint32_t number) const noexcept { return layout().slots[number]; }
  /// Where a task's bytes stand, and its result's: in the slot or in a block, which is larger.
  std::span<std::byte> room(const TaskSlot& slot) const noexcept;
  /// Before a block is used for the first time. Throws std::system_error if there is no memory.
  void allocate_block(std::uint32_t block) const;

  // For the pool.

  /// Puts the filled slot in the ring, for the attempt of that number. False if there is no room in it.
  bool offer(std::uint32_t slot, std::uint64_t attempt) noexcept;
  /// Wakes workers for so many offers.
  void wake(std::uint32_t offers) noexcept;
  void wake_all() noexcept;
  /// Calls `visit(slot, attempt)` for what is in the ring, latest first; some of it may have been taken or revoked.
  template <class Visit>
  void look_back(Visit visit) const;
  /// The slots that are done, in the order in which they were. What has been written over by something else is left out.
  void take_done(std::vector<std::uint32_t>& slots) noexcept;
  /// Has the next one that is done wake the pool; false if there is one already.
  bool fall_asleep() noexcept;
  void wake_up() noexcept;
  /// Workers go when there is nothing to take any more.
  void close() noexcept;
  /// The worker at that place goes when it has done what it does.
  void send_away(Place place) noexcept;
  /// Nobody is at that place yet.
  void vacate(Place place) noexcept;

  // For workers.

  /// Takes a task if there is one. The slot's word says which attempt it is.
  std::optional<std::uint32_t> try_take(Place place) noexcept;
  /// Waits for one; none if the worker is to go.
  std::optional<std::uint32_t> take(Place place) noexcept;
  /// Says that the attempt that it took is done. False if it was doomed meanwhile: then the worker is about to be killed.
  bool settle(std::uint32_t slot, std::uint64_t attempt, Place place) noexcept;
  /// Whether the next deliver() will probably have to wake it.
  bool pool_sleeps() const noexcept { return layout().done.load(std::memory_order_relaxed) == asleep; }
  /// Tells the pool of a result in a slot that was settled. True if it sleeps and has to be woken.
  bool deliver(std::uint32_t slot) noexcept;

 private:
  // As many as there can be in use, and what was offered again.
  static constexpr std::uint64_t ring_size = 2 * TaskSlot::count;

  struct Layout {
    // What has been offered, and what was passed by, since the beginning. The head is moved by one by whoever finds that the entry
    // there is not to be had (any more), so it may be behind, and never ahead. The tail is stored by the pool alone, after the
    // entry.
    alignas(64) base::Atomic<std::uint64_t> tail;
    alignas(64) base::Atomic<std::uint64_t> head;
    // The stack of those that are done: 1 + the slot pushed last, whose `next` says the one before; 0 if there is none; or
    // `asleep`: there is none, and whoever pushes wakes the pool. Pushed on by compare-exchange, taken as a whole by exchange.
    alignas(64) base::Atomic<std::uint32_t> done;
    alignas(64) Sleepers workers;        // until the ring is not empty
    base::Atomic<std::uint32_t> closed;  // 1: nothing will be offered any more
    // attempt << 16 | slot
    alignas(64) base::Atomic<std::uint64_t> ring[ring_size];
    TaskSlot slots[TaskSlot::count];
    // 1: the worker is to go.
    base::Atomic<std::uint32_t> sent_away[TaskSlot::max_workers];
    alignas(4096) std::byte blocks[TaskSlot::blocks][TaskSlot::block_size];
  };
  static constexpr std::uint32_t asleep = ~std::uint32_t{0};

  bool pass_by() noexcept;
  Layout& layout() const noexcept { return *reinterpret_cast<Layout*>(mapping_.data()); }
  platform::Fd memory_;
  platform::Mapping mapping_;
};

template <class Visit>
void TaskBoard::look_back(Visit visit) const {
  const std::uint64_t head = layout().head.load(std::memory_order_acquire);
  for (std::uint64_t at = layout().tail.load(std::memory_order_relaxed); at != head;) {
    const std::uint64_t entry = layout().ring[--at % ring_size].load(std::memory_order_relaxed);
    visit(static_cast<std::uint32_t>(entry & 0xFFFF), entry >> 16);
  }
}

}  // namespace tandem::multiprocessing
