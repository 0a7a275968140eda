#pragma once

#include <algorithm>
#include <span>

#include "tandem/multiprocessing/ring_tail.hpp"

namespace tandem::multiprocessing {

/// What is taken from a MessageRing: stands in its place there, for as long as the head's lock is held.
struct IncomingMessage {
  std::span<const std::byte> payload;  ///< On a multiple of 8.
  std::span<const shared::Reference> references;
};

/// The consumers' side of a MessageRing: finds the next message, and leaves rings that are drained. All under the head's lock.
class RingHead {
 public:
  class Taking;

  RingHead(RingMemory& memory, RingTail& tail) noexcept : memory_{memory}, tail_{tail}, side_{memory.state().head} {}

  /// Where the next message stands. Throws std::runtime_error if it has been written over.
  RingPosition position() const {
    const RingPosition head{side_.position.load(std::memory_order_acquire)};
    if (!RingGeometry::is_in_a_ring(head.place())) [[unlikely]]
      report_corruption(head, head);
    return head;
  }

  /// If the queue is empty in a ring other than the first, goes back there and gives the memory back; unless somebody puts right
  /// now. Throws std::system_error as RingMemory::at().
  void settle() {
    memory_.at(position().place());
    settle(position());
  }

  /// Shows all messages that are there, oldest first, and takes none. False if something there makes no sense.
  template <class Visit>
  bool look_through(Visit& visit) const;

 private:
  void position(RingPosition head) noexcept { side_.position.store(head.word(), std::memory_order_release); }
  bool was_last(RingPosition head) const noexcept { return head.word() == side_.seen_tail.load(std::memory_order_acquire); }

  /// The message at or behind `head`, which is moved to where it stands; nullptr if there is none, or none in this ring and it may
  /// not be left.
  const RecordHeader* next(RingPosition& head, bool may_leave) {
    RingPosition tail{side_.seen_tail.load(std::memory_order_acquire)};
    if (head == tail) {
      tail = look_at_tail();
      if (head == tail) return nullptr;
    }
    const auto* const record = reinterpret_cast<const RecordHeader*>(memory_.at(head.place()));
    if (record->kind == RecordHeader::message && fits(*record, head, tail)) [[likely]]
      return record;
    return next_otherwise(head, tail, may_leave);
  }
  RingPosition look_at_tail() {
    const RingPosition tail = tail_.position();
    side_.seen_tail.store(tail.word(), std::memory_order_release);
    return tail;
  }
  /// Whether the record is sealed, and ends where the tail is and the ring does, or before.
  static bool fits(const RecordHeader& record, RingPosition head, RingPosition tail) noexcept {
    std::uint64_t end = RingGeometry::end_of_ring_at(head.place());
    if (tail.place() > head.place()) end = std::min(end, tail.place());
    return record.seal == RecordHeader::valid_seal && head.place() + record.units() <= end;
  }
  const RecordHeader* next_otherwise(RingPosition& head, RingPosition tail, bool may_leave);
  void leave(RingPosition& head, int next_ring, RingPosition tail) noexcept;
  /// In a ring that this process has mapped.
  void settle(RingPosition head) noexcept;
  static IncomingMessage message_in(const RecordHeader& record) noexcept;
  [[noreturn]] void report_corruption(RingPosition head, RingPosition tail) const;

  RingMemory& memory_;
  RingTail& tail_;
  RingState::Head& side_;
};

/// Takes messages from the queue, all that were read with one store, when it goes; that is also when it gives the lock up, which is
/// held when it comes, and wakes producers.
class RingHead::Taking {
 public:
  explicit Taking(RingHead& head) noexcept : head_{head} {}
  Taking(const Taking&) = delete;
  Taking& operator=(const Taking&) = delete;
  ~Taking() {
    if (count_ != 0) {
      head_.side_.processor.store(this_processor(), std::memory_order_relaxed);
      head_.position(position_);
      if (is_worth_settling()) head_.settle(position_);
    }
    static_cast<void>(head_.side_.lock.release());
    // Once for each message; and also if there was none, as it may have left a ring.
    head_.memory_.state().producers.who.wake_after_locked_instruction(std::max(count_, std::uint32_t{1}));
  }

  /// False if there is none; but it stops at the end of a ring that it has taken some from. If `read` throws, it was taken.
  template <class Read>
  bool take(Read& read) {
    if (count_ == 0) position_ = head_.position();
    RingPosition place = position_;
    const RecordHeader* const record = head_.next(place, count_ == 0);
    if (record == nullptr) return false;
    last_units_ = record->units();
    position_ = place.behind_message(last_units_);
    ++count_;
    read(message_in(*record));
    return true;
  }

 private:
  // What is small, or may be needed again at once for the next message of that size, is kept.
  static constexpr std::uint64_t messages_kept = 16;

  bool is_worth_settling() const noexcept {
    const std::uint64_t ring = RingGeometry::begin_of_ring_at(position_.place());
    return ring > RingGeometry::units(RingGeometry::largest_kept) && ring > messages_kept * last_units_ &&
           head_.was_last(position_);
  }

  RingHead& head_;
  RingPosition position_;
  std::uint64_t last_units_ = 0;
  std::uint32_t count_ = 0;
};

template <class Visit>
bool RingHead::look_through(Visit& visit) const {
  RingPosition at = position();
  const RingPosition tail = tail_.position();
  // Between two messages there is at most one wrap and one way to each other ring.
  for (int detours = 0; at != tail && detours <= 2 * RingGeometry::rings;) {
    const auto& record = *reinterpret_cast<const RecordHeader*>(memory_.at(at.place()));
    if (record.seal != RecordHeader::valid_seal) return false;
    if (record.kind == RecordHeader::message && fits(record, at, tail)) {
      visit(message_in(record));
      at = at.behind_message(record.units());
      detours = 0;
    } else if (record.kind == RecordHeader::wrap) {
      at = at.at(RingGeometry::begin_of_ring_at(at.place()));
      ++detours;
    } else if (record.kind == RecordHeader::moved && record.size < RingGeometry::rings) {
      at = at.at(RingGeometry::units(static_cast<int>(record.size)));
      ++detours;
    } else {
      return false;
    }
  }
  return at == tail;
}

inline IncomingMessage RingHead::message_in(const RecordHeader& record) noexcept {
  const auto* const references = reinterpret_cast<const shared::Reference*>(&record + 1);
  const auto* const payload = reinterpret_cast<const std::byte*>(references + record.references);
  return {.payload = {payload, record.size}, .references = {references, record.references}};
}

}  // namespace tandem::multiprocessing
