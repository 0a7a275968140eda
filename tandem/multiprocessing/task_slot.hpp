#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "tandem/base/atomics.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/multiprocessing/sleepers.hpp"

namespace tandem::multiprocessing {

/// What has become of an attempt at a task: a slot's word as its parts.
struct TaskWord {
  enum class State : std::uint8_t {
    offered = 1,  ///< any worker may take it
    taken = 2,    ///< by the worker at `place`, which has begun it
    doomed = 3,   ///< the same, and that worker is being killed for it
    done = 4,     ///< its result is there
    revoked = 5,  ///< no worker will ever take it
  };

  std::uint64_t attempt = 0;  ///< Its number among all of the pool; never used again.
  std::uint32_t place = 0;    ///< Of the worker; 0 for offered and revoked.
  State state = State::revoked;

  static constexpr int place_bits = 13, state_bits = 3;

  constexpr std::uint64_t packed() const noexcept {
    return attempt << (place_bits + state_bits) | std::uint64_t{place} << state_bits | static_cast<std::uint64_t>(state);
  }
  static constexpr TaskWord unpacked(std::uint64_t word) noexcept {
    return {.attempt = word >> (place_bits + state_bits),
            .place = static_cast<std::uint32_t>(word >> state_bits) & ((1U << place_bits) - 1),
            .state = static_cast<State>(word & ((1U << state_bits) - 1))};
  }
};

/// A place for one task in memory that a pool shares with its workers. All but the word is written by the pool before it offers the
/// task, and by the worker that has taken it; the word says whose turn it is.
struct alignas(64) TaskSlot {
  static constexpr std::uint32_t count = 2048;
  static constexpr std::size_t room = 448;
  /// Larger places, for tasks that need one.
  static constexpr std::uint32_t blocks = 64;
  static constexpr std::size_t block_size = 32UL * 1024;
  static constexpr std::uint32_t max_workers = 1U << TaskWord::place_bits;
  static_assert(count < 0xFFFF && max_workers > 2048, "as the words have room for; more processes than that there are not");

  using State = TaskWord::State;

  // A packed TaskWord; 0 before the slot was ever used. offered: stored by the pool, with release order. offered -> taken: by a
  // worker; taken -> done: by the same. offered -> revoked, taken -> doomed: by the pool. All four by compare-exchange, acquire and
  // release: whoever has won it has what the other side wrote before, and it is certain that the other one has not.
  base::Atomic<std::uint64_t> word;
  // When it was taken, if it is timed: nanoseconds of the steady clock; 0 before. Stored by the worker right after it took it.
  base::Atomic<std::int64_t> begun_at;
  std::uint64_t memory_limit;  ///< In bytes; 0: none.
  std::uint32_t size;          ///< Of the call's bytes, then of the result's.
  std::uint32_t block;         ///< 1 + the number of the block where they stand; 0: in `bytes`.
  std::uint32_t next;          ///< The slot that was done before; see TaskBoard.
  std::uint16_t references;    ///< So many shared::References stand before the call.
  bool is_timed;
  bool is_sent;              ///< The call comes through the worker's channel, when it asks for it.
  pool_protocol::Kind kind;  ///< Of the result.
  alignas(8) std::byte bytes[room];

  bool moves(TaskWord from, TaskWord to) noexcept {
    std::uint64_t expected = from.packed();
    return word.compare_exchange_strong(expected, to.packed(), std::memory_order_acq_rel, std::memory_order_acquire);
  }
  TaskWord now() const noexcept { return TaskWord::unpacked(word.load(std::memory_order_acquire)); }
};
static_assert(sizeof(TaskSlot) == 512 && std::is_standard_layout_v<TaskSlot> && std::is_trivially_destructible_v<TaskSlot>,
              "it stands in shared memory");
static_assert(base::Atomic<std::uint64_t>::is_always_lock_free && base::Atomic<std::int64_t>::is_always_lock_free,
              "no lock of the standard library's is left behind by a death");

}  // namespace tandem::multiprocessing
