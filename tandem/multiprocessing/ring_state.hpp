#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "tandem/multiprocessing/sleepers.hpp"
#include "tandem/shared/window.hpp"
#include "tandem/sync/robust_lock_word.hpp"

/// How a MessageRing lies in its window, as all its processes have agreed.
/// A first page for RingState, and eleven rings behind it, each four times as large as the one before: 64 KiB to 64 GiB. Ring k
/// begins at the offset that is its own size, so that a place tells its ring by its highest bit.
namespace tandem::multiprocessing {

struct RingGeometry {
  static constexpr int rings = 11;
  /// Up to this one (16 MiB), rings keep their memory while there is traffic: asking for it again and again costs more than the
  /// messages do. It goes back to the system when the queue has been empty for a while.
  static constexpr int largest_kept = 4;
  /// From the larger of them, the queue goes back to this one (4 MiB) when it holds little, though it is never empty.
  static constexpr int largest_for_little = 3;
  static constexpr std::uint64_t unit = 8;  ///< Records begin at multiples of it, and all places are counted in it.

  /// In units; also the place where it begins.
  static constexpr std::uint64_t units(int ring) noexcept { return std::uint64_t{64UL * 1024 / unit} << (2 * ring); }
  static constexpr std::uint64_t bytes(int ring) noexcept { return units(ring) * unit; }
  /// Of a place that is in a ring.
  static constexpr int ring_of(std::uint64_t place) noexcept { return (std::bit_width(place) - std::bit_width(units(0))) / 2; }
  static constexpr std::uint64_t begin_of_ring_at(std::uint64_t place) noexcept { return std::bit_floor(place); }
  static constexpr std::uint64_t end_of_ring_at(std::uint64_t place) noexcept { return std::bit_floor(place) * 2; }
  /// Whether it is in one at all: between each two of them is a gap, as large as two of the first.
  static constexpr bool is_in_a_ring(std::uint64_t place) noexcept {
    return place >= units(0) && place < 2 * units(rings - 1) && (std::bit_width(place) - std::bit_width(units(0))) % 2 == 0;
  }
};
static_assert(2 * RingGeometry::bytes(RingGeometry::rings - 1) == shared::Window::size, "the last ring ends where the window does");

/// A position in the queue, in one word, so that one store moves it:
///   bits 0-33   the place in the window, in units
///   bits 34-63  how many messages came before it, modulo 2^30
class RingPosition {
 public:
  static constexpr int place_bits = shared::Window::size_bits - 3;
  static constexpr std::uint32_t count_mask = (std::uint32_t{1} << (64 - place_bits)) - 1;
  static constexpr std::uint32_t max_messages = count_mask;

  constexpr RingPosition() noexcept = default;
  constexpr explicit RingPosition(std::uint64_t word) noexcept : word_{word} {}

  constexpr std::uint64_t word() const noexcept { return word_; }
  constexpr std::uint64_t place() const noexcept { return word_ & ((std::uint64_t{1} << place_bits) - 1); }
  constexpr int ring() const noexcept { return RingGeometry::ring_of(place()); }
  /// From the beginning of its ring, in units.
  constexpr std::uint64_t offset() const noexcept { return place() - RingGeometry::begin_of_ring_at(place()); }
  constexpr std::uint32_t messages_since(RingPosition earlier) const noexcept { return (count() - earlier.count()) & count_mask; }
  constexpr std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(word_ >> place_bits); }

  /// Behind a message of so many units; where a ring ends it begins again.
  constexpr RingPosition behind_message(std::uint64_t units) const noexcept {
    const RingPosition counted{word_ + (std::uint64_t{1} << place_bits)};
    const std::uint64_t end = RingGeometry::end_of_ring_at(place());
    return place() + units == end ? counted.at(end / 2) : RingPosition{counted.word_ + units};
  }
  /// The same count elsewhere.
  constexpr RingPosition at(std::uint64_t place) const noexcept {
    return RingPosition{std::uint64_t{count()} << place_bits | place};
  }

  friend constexpr bool operator==(RingPosition, RingPosition) noexcept = default;

 private:
  std::uint64_t word_ = RingGeometry::units(0);
};

/// What each record begins with. Behind it come its references and its payload, and up to 7 bytes of nothing.
struct RecordHeader {
  enum Kind : std::uint8_t {
    message = 1,
    wrap = 2,   ///< Nothing up to the ring's end. The next record is at its beginning.
    moved = 3,  ///< The next record is at the beginning of ring number `size`.
  };
  static constexpr std::uint16_t valid_seal = 0x7D2B;

  std::uint32_t size;  ///< Of the payload, in bytes.
  std::uint8_t kind;
  std::uint8_t references;  ///< How many, of 8 bytes each.
  std::uint16_t seal;       ///< Always the same: what was written over by something else is found out sooner.

  constexpr std::uint64_t units() const noexcept { return 1 + references + (std::uint64_t{size} + 7) / 8; }
};
static_assert(sizeof(RecordHeader) == RingGeometry::unit && std::is_trivially_copyable_v<RecordHeader>, "it is one unit");

/// The rings that hold records which were not consumed yet, oldest first, in one word, so that it is changed by one store:
/// bits 0-3 the oldest, and so on; bits 60-63 how many.
class RingChain {
 public:
  constexpr RingChain() noexcept = default;
  constexpr explicit RingChain(std::uint64_t word) noexcept : word_{word} {}

  constexpr std::uint64_t word() const noexcept { return word_; }
  constexpr int size() const noexcept { return static_cast<int>(word_ >> 60); }
  constexpr int operator[](int i) const noexcept { return static_cast<int>(word_ >> (4 * i)) & 15; }
  constexpr int back() const noexcept { return (*this)[size() - 1]; }
  constexpr bool contains(int ring) const noexcept {
    for (int i = 0; i < size(); ++i) {
      if ((*this)[i] == ring) return true;
    }
    return false;
  }
  constexpr RingChain with(int ring) const noexcept {
    RingChain longer;
    longer.word_ = (word_ & list_mask) | std::uint64_t(ring) << (4 * size()) | std::uint64_t(size() + 1) << 60;
    return longer;
  }
  /// From the one where the head is to the one where the tail is, which are all that count; the others were left, or somebody died
  /// who was about to enter them. Empty if they are not in it, in this order.
  constexpr RingChain between(int head, int tail) const noexcept {
    RingChain part;
    for (int i = 0; i < size() && i < RingGeometry::rings; ++i) {
      if (part.size() > 0 || (*this)[i] == head) part = part.with((*this)[i]);
      if (part.size() > 0 && (*this)[i] == tail) return part;
    }
    return {};
  }

 private:
  static constexpr std::uint64_t list_mask = (std::uint64_t{1} << 60) - 1;
  std::uint64_t word_ = 0;
};

/// Shared by all processes that have the queue. Each group has cache lines of its own: consumers do not slow producers down by
/// writing what is theirs. Positions are stored with release and loaded with acquire order where they are not the reader's own.
struct RingState {
  using Word64 = base::Atomic<std::uint64_t>;
  using Word32 = base::Atomic<std::uint32_t>;

  // "MessageR", read as a little-endian number: written by format() when all else stands.
  static constexpr std::uint64_t formatted = 0x526567617373654D;

  /// Read by all, seldom written.
  struct alignas(base::cache_line_size) Settings {
    Word64 magic;             // 0, or `formatted`
    std::uint64_t max_units;  // of records between head and tail; written by format() only
    Word64 maxsize;           // in messages; 0: as many as can be counted
    // How often maxsize was changed. Who waits for room looks again when it does.
    Word32 changes;
    // How the queue has ended: 0, or shut_down, or shut_down with dropped (what is in it is to be had no more), or with dropped and
    // corrupted as well. Bits are set, by fetch_or, and never cleared.
    Word32 ended;
  };
  static constexpr std::uint32_t shut_down = 1, dropped = 2, corrupted = 4;

  /// Written by whoever holds `lock`.
  struct alignas(base::cache_line_size) Tail {
    sync::RobustLockWord lock;
    // Where the next record will stand: a RingPosition. Its store, with release order, is what puts messages into the queue. All
    // below helps to be quick, and is right or careful at any time, also if its writer died between two stores.
    Word64 position;
    // A place in the tail's ring. From the tail up to it there is memory and room, and one unit more. 0: look yourself.
    // It is 0 when the tail is stored to be in another ring, or at its ring's beginning.
    Word64 free_until;
    // Where the head once was.
    Word64 seen_head;
    // A RingChain; valid after between(head, tail).
    Word64 chain;
    // How many units there were between head and tail at the most, lately. Any number will do: it decides where a lap ends.
    Word64 most;
    // One more than the number of the processor that the last producer ran on. Any number will do, as for Head::processor: it
    // decides how one waits.
    Word32 processor;
  };

  /// Written by whoever holds `lock`.
  struct alignas(base::cache_line_size) Head {
    sync::RobustLockWord lock;
    // Where the next message to be consumed stands: a RingPosition. Its store, with release order, is what takes messages from the
    // queue, and gives their memory to the producers.
    Word64 position;
    // Where the tail once was: between head and tail, always, so that equal to the head means that nothing is known to be there.
    Word64 seen_tail;
    // The same of the last consumer.
    Word32 processor;
  };

  struct alignas(base::cache_line_size) Sleep {
    Sleepers who;
  };

  /// Of each ring.
  struct Ring {
    // So many units from its beginning have memory. Raised under the tail's lock by who is to write there; set to 0 by the consumer
    // that leaves the ring for good, before it gives the memory back.
    Word64 backed;
    // The offset of the record that says where the producers went. Written under the tail's lock before they leave.
    Word64 left_at;
    // The offset of the record that says that the rest of this lap is empty. Written under the tail's lock before the tail is
    // stored to be at the beginning; looked at only while the tail has come around and the head has not.
    Word64 wrapped_at;
  };

  Settings settings;
  Tail tail;
  Head head;
  Sleep consumers;  // for a message
  Sleep producers;  // for room
  Ring rings[RingGeometry::rings];
};
static_assert(std::is_standard_layout_v<RingState> && std::is_trivially_destructible_v<RingState>, "it stands in shared memory");
static_assert(sizeof(RingState) == 8 * base::cache_line_size && alignof(RingState) == base::cache_line_size,
              "all processes lay it out alike");
static_assert(sizeof(RingState) <= 4096 && RingState::Word64::is_always_lock_free && RingState::Word32::is_always_lock_free,
              "in the first page; and no lock of the standard library's is left behind by a death");

}  // namespace tandem::multiprocessing
