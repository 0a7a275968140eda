#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tandem/base/atomics.hpp"
#include "tandem/shared/object.hpp"

namespace tandem::shared {

/// What stands in a slot, in one word, so that each change of it is one compare-exchange.
///
/// free:   nothing. `generation` is that of the last object that was here; `owner` and `kind` mean nothing.
/// making: `owner` prepares it for an object; nobody else knows of it yet. Back to free if `owner` dies.
/// live:   the object of that kind and generation; `owner` means nothing. Ends when nobody holds it any more.
/// dying:  `owner` gives back what the object had. If `owner` dies, somebody else does it once more. `nobody` as the owner: it was
///         left to the fork server, which was looking at the object.
struct Life {
  enum class Phase : std::uint8_t { free, making, live, dying };

  static constexpr std::uint16_t nobody = 0xFFFF;

  Phase phase = Phase::free;
  Kind kind = Kind::none;
  std::uint16_t owner = 0;  ///< a process of the arena
  std::uint32_t generation = 0;

  friend bool operator==(const Life&, const Life&) = default;

  constexpr std::uint64_t packed() const noexcept {
    return static_cast<std::uint64_t>(phase) | static_cast<std::uint64_t>(kind) << 8 | std::uint64_t{owner} << 16 |
           std::uint64_t{generation} << 32;
  }
  static constexpr Life unpacked(std::uint64_t word) noexcept {
    return {static_cast<Phase>(word & 0xFF), static_cast<Kind>(word >> 8 & 0xFF), static_cast<std::uint16_t>(word >> 16),
            static_cast<std::uint32_t>(word >> 32)};
  }
};

/// One place of the arena's table; see Arena for who may do what to it.
struct alignas(64) Slot {
  base::Atomic<std::uint64_t> life;  // a Life; all its values and changes are described there
  // How many messages that lie in queues mean this object. Raised before such a message can be taken, lowered after the taker has
  // its share. A death in between leaves it too high, never too low.
  base::Atomic<std::uint32_t> in_messages;
  // Counts shares that were handed on, for who looks whether anybody has one: see Arena::is_held().
  base::Atomic<std::uint32_t> transfers;
  // 1: it is kept though nobody may hold it, until it is told otherwise: it has a name. Else 0.
  base::Atomic<std::uint32_t> is_kept;
  std::array<std::byte, 44> unused;
  alignas(64) std::array<std::byte, Object::state_size> state;  // the object's own
};

static_assert(sizeof(Slot) == 256 && offsetof(Slot, state) == 64 && std::is_trivially_copyable_v<Life>,
              "all processes lay it out alike");
static_assert(base::Atomic<std::uint64_t>::is_always_lock_free && base::Atomic<std::uint32_t>::is_always_lock_free &&
                  base::Atomic<std::uint16_t>::is_always_lock_free,
              "no lock is left behind by a death");

}  // namespace tandem::shared
