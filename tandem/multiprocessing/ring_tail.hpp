#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "tandem/multiprocessing/ring_memory.hpp"
#include "tandem/shared/object.hpp"

namespace tandem::multiprocessing {

/// What is put into a MessageRing, apart from its bytes.
struct OutgoingMessage {
  std::size_t size;  ///< Of the payload, in bytes.
  std::span<const shared::Reference> references{};
};

/// The producers' side of a MessageRing: finds room for records, and moves on to other rings. All but units_of() under the tail's
/// lock.
class RingTail {
 public:
  class Putting;

  /// What somebody waits for who found no room.
  struct Full {
    std::uint64_t head = 0;     ///< There is none as long as this is the head's word,
    std::uint32_t changes = 0;  ///< and the settings are these.
    bool of_messages = false;   ///< By their number, and not by their bytes.
  };

  explicit RingTail(RingMemory& memory) noexcept
      : memory_{memory}, side_{memory.state().tail}, max_units_{memory.state().settings.max_units} {}

  /// Of its record. Throws std::length_error if it can never fit, std::invalid_argument if it has too many references.
  std::uint64_t units_of(const OutgoingMessage& message) const {
    const std::uint64_t units = 1 + message.references.size() + (std::uint64_t{message.size} + 7) / 8;
    if (units > max_units_ || message.size > max_size || message.references.size() > max_references) [[unlikely]]
      refuse(message);
    return units;
  }
  std::uint64_t max_units() const noexcept { return max_units_; }

  /// Where the next record will stand. Throws std::runtime_error if it has been written over.
  RingPosition position() const {
    const RingPosition tail{side_.position.load(std::memory_order_acquire)};
    if (!RingGeometry::is_in_a_ring(tail.place())) [[unlikely]]
      report_corruption();
    return tail;
  }
  void position(RingPosition tail) noexcept { side_.position.store(tail.word(), std::memory_order_release); }

  /// Has the producers go on in the first ring. Under the head's lock as well; the queue is empty, and in another
  /// ring, which this process has mapped. Gives the new tail.
  RingPosition move_to_first(RingPosition tail) noexcept;

 private:
  static constexpr std::uint32_t max_size = ~std::uint32_t{0};
  static constexpr std::size_t max_references = 255;
  /// So many units further on at most, somebody looks again at what has become of the queue.
  static constexpr std::uint64_t furthest_look = 64UL * 1024 / RingGeometry::unit;

  /// What lies between the head and a position of the tail.
  struct Contents;

  /// Where a record of so many units is to be written, nullptr if there is no room and `full` says why. `tail` is moved there, not
  /// behind it. It may be ahead of position(), by records that are complete.
  std::byte* reserve(RingPosition& tail, std::uint64_t units, Full& full) {
    const RingPosition seen_head{side_.seen_head.load(std::memory_order_acquire)};
    if (tail.place() + units <= side_.free_until.load(std::memory_order_acquire) && may_be_one_more(tail, seen_head)) [[likely]]
      return memory_.at(tail.place());
    return reserve_otherwise(tail, units, full);
  }
  bool may_be_one_more(RingPosition tail, RingPosition head) const noexcept {
    constexpr std::uint64_t most = RingPosition::max_messages;
    // For 0 the subtraction gives the largest of all numbers.
    return tail.messages_since(head) <= std::min(memory_.state().settings.maxsize.load(std::memory_order_relaxed) - 1, most - 1);
  }

  [[noreturn]] void refuse(const OutgoingMessage& message) const;
  [[noreturn]] void report_corruption() const;
  std::byte* reserve_otherwise(RingPosition& tail, std::uint64_t units, Full& full);
  std::byte* reserve_here(RingPosition& tail, std::uint64_t units, const Contents& contents);
  std::byte* reserve_in(int ring, RingPosition& tail, std::uint64_t units, RingChain chain);
  void move(RingPosition& tail, int ring, RingChain chain);
  bool is_worth_wrapping(int ring, const Contents& now) const noexcept;
  void note_most(std::uint64_t units) noexcept;
  void forget_some_of_most() noexcept;
  bool head_moves_on(RingPosition head) const noexcept;
  Contents contents(RingPosition tail) const;
  static std::span<std::byte> write_header(std::byte* record, const OutgoingMessage& message) noexcept;

  RingMemory& memory_;
  RingState::Tail& side_;
  const std::uint64_t max_units_;
};

/// Puts messages into the queue, all that were complete with one store, when it goes; that is also when it gives the lock up, which
/// is held when it comes, and wakes consumers.
class RingTail::Putting {
 public:
  explicit Putting(RingTail& tail) noexcept : tail_{tail} {}
  Putting(const Putting&) = delete;
  Putting& operator=(const Putting&) = delete;
  ~Putting() {
    if (count_ != 0) {
      tail_.side_.processor.store(this_processor(), std::memory_order_relaxed);
      tail_.position(complete_);
    }
    static_cast<void>(tail_.side_.lock.release());
    if (count_ != 0) tail_.memory_.state().consumers.who.wake_after_locked_instruction(count_);
  }

  /// False if there is no room; see full(). Whatever is thrown leaves no trace of this message.
  template <class Write>
  bool put(const OutgoingMessage& message, std::uint64_t units, Write& write) {
    RingPosition place = count_ == 0 ? tail_.position() : complete_;
    std::byte* const record = tail_.reserve(place, units, full_);
    if (record == nullptr) return false;
    write(write_header(record, message));
    complete_ = place.behind_message(units);
    ++count_;
    return true;
  }
  const Full& full() const noexcept { return full_; }

 private:
  RingTail& tail_;
  RingPosition complete_;
  std::uint32_t count_ = 0;
  Full full_;
};

inline std::span<std::byte> RingTail::write_header(std::byte* record, const OutgoingMessage& message) noexcept {
  const RecordHeader header{.size = static_cast<std::uint32_t>(message.size),
                            .kind = RecordHeader::message,
                            .references = static_cast<std::uint8_t>(message.references.size()),
                            .seal = RecordHeader::valid_seal};
  std::memcpy(record, &header, sizeof header);
  record += sizeof header;
  if (!message.references.empty()) std::memcpy(record, message.references.data(), message.references.size_bytes());
  return {record + message.references.size_bytes(), message.size};
}

}  // namespace tandem::multiprocessing
