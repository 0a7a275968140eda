#include "tandem/multiprocessing/ring_head.hpp"

#include <string>

namespace tandem::multiprocessing {

const RecordHeader* RingHead::next_otherwise(RingPosition& head, RingPosition tail, bool may_leave) {
  // Behind a wrap there is no other one before a message, and no ring is in the chain twice: more than this is a circle.
  for (int steps = 2 * RingGeometry::rings; steps > 0; --steps) {
    if (head == tail) {
      tail = look_at_tail();
      if (head == tail) return nullptr;
    }
    const auto& record = *reinterpret_cast<const RecordHeader*>(memory_.at(head.place()));
    if (record.seal != RecordHeader::valid_seal) break;
    if (record.kind == RecordHeader::message) {
      if (!fits(record, head, tail)) break;
      return &record;
    }
    const bool tail_is_here = tail.ring() == head.ring();
    if (record.kind == RecordHeader::wrap) {
      if (head.offset() == 0 || (tail_is_here && tail.place() >= head.place())) break;
      head = head.at(RingGeometry::begin_of_ring_at(head.place()));
    } else if (record.kind == RecordHeader::moved) {
      if (tail_is_here || record.size >= RingGeometry::rings || static_cast<int>(record.size) == head.ring()) break;
      if (!may_leave) return nullptr;
      leave(head, static_cast<int>(record.size), tail);
    } else {
      break;
    }
  }
  report_corruption(head, tail);
}

/// Who dies in the middle has left behind the record that says where to go on, and the next consumer does it all again.
void RingHead::leave(RingPosition& head, int next_ring, RingPosition tail) noexcept {
  const bool holds_little = tail.ring() == next_ring && 4 * tail.offset() <= RingGeometry::units(next_ring);
  const int kept = holds_little ? RingGeometry::largest_for_little : RingGeometry::largest_kept;
  if (head.ring() > kept) memory_.give_back(head.ring(), head.place());
  head = head.at(RingGeometry::units(next_ring));
  position(head);  // from here on producers may enter the ring that was left
}

void RingHead::settle(RingPosition head) noexcept {
  sync::RobustLockWord& tail_lock = memory_.state().tail.lock;
  if (head.ring() == 0 || !tail_lock.try_acquire()) return;
  const bool is_empty = memory_.state().tail.position.load(std::memory_order_acquire) == head.word();
  if (is_empty) {
    // Seen before the head gets there: it may never be ahead of what was seen of the tail.
    side_.seen_tail.store(tail_.move_to_first(head).word(), std::memory_order_release);
    for (int ring = 1; ring < RingGeometry::rings; ++ring) memory_.give_back(ring, head.place());
  }
  static_cast<void>(tail_lock.release());
  if (is_empty) leave(head, 0, head);
}

void RingHead::report_corruption(RingPosition head, RingPosition tail) const {
  std::string reason = "the position of the next message makes no sense";
  if (RingGeometry::is_in_a_ring(head.place())) {
    const auto& record = *reinterpret_cast<const RecordHeader*>(memory_.at(head.place()));
    reason = "at place " + std::to_string(head.place()) + " there should be a message, ending before place " +
             std::to_string(tail.place()) + ", and there is kind " + std::to_string(record.kind) + ", size " +
             std::to_string(record.size) + ", seal " + std::to_string(record.seal);
  }
  memory_.condemn(reason);
}

}  // namespace tandem::multiprocessing
