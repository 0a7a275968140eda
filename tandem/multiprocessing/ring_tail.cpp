#include "tandem/multiprocessing/ring_tail.hpp"

#include <stdexcept>
#include <string>

#include "tandem/base/tuning.hpp"

namespace tandem::multiprocessing {
namespace {

using Geometry = RingGeometry;

/// The ring to go back to from a larger one that the whole of the queue is in; -1 if there is none. So much smaller that nobody
/// goes to and fro, and none of those that keep their memory anyway.
int smaller_ring(int from, std::uint64_t units) noexcept {
  for (int ring = Geometry::largest_kept; ring < from; ++ring) {
    if (4 * units <= Geometry::units(ring)) return ring;
  }
  return -1;
}

/// The ring to go on in when there is no room in `from`; -1 if there is none.
int larger_ring(int from, std::uint64_t units, RingChain taken) noexcept {
  for (int ring = from + 1; ring < Geometry::rings; ++ring) {
    if (!taken.contains(ring) && 2 * units <= Geometry::units(ring)) return ring;
  }
  // All larger ones are still being drained, so what was put into them lies before this.
  for (int ring = 0; ring < from; ++ring) {
    if (!taken.contains(ring) && units < Geometry::units(ring)) return ring;
  }
  return -1;
}

}  // namespace

struct RingTail::Contents {
  RingPosition head;
  RingChain chain;           // the rings that they are in
  std::uint64_t units_here;  // in the tail's ring
  std::uint64_t units;       // in all
};

void RingTail::refuse(const OutgoingMessage& message) const {
  if (message.references.size() > max_references) {
    throw std::invalid_argument("a message of a queue cannot refer to " + std::to_string(message.references.size()) +
                                " shared objects; " + std::to_string(max_references) + " are the most");
  }
  throw std::length_error("a message of " + std::to_string(message.size) +
                          " bytes, serialized, does not fit into a queue of at most " +
                          std::to_string(std::min<std::uint64_t>(max_units_ * Geometry::unit, max_size)) +
                          " bytes; make the queue with a larger max_bytes, or put less at a time");
}

void RingTail::report_corruption() const { memory_.condemn("its state makes no sense"); }

RingTail::Contents RingTail::contents(RingPosition tail) const {
  const RingPosition head{memory_.state().head.position.load(std::memory_order_acquire)};
  const RingChain chain = RingChain{side_.chain.load(std::memory_order_acquire)}.between(head.ring(), tail.ring());
  if (chain.size() == 0) report_corruption();
  Contents found{.head = head, .chain = chain, .units_here = 0, .units = 0};
  std::uint64_t begin = head.offset();  // in the others, records begin where the ring does
  for (int i = 0; i < chain.size(); ++i, begin = 0) {
    const bool is_last = i == chain.size() - 1;
    const std::uint64_t end = is_last ? tail.offset() : memory_.state().rings[chain[i]].left_at.load(std::memory_order_acquire);
    found.units_here = (end - begin) & (Geometry::units(chain[i]) - 1);
    found.units += found.units_here;
  }
  return found;
}

/// Whether the consumers are at work: it takes less time to see than memory takes to come by.
bool RingTail::head_moves_on(RingPosition head) const noexcept {
  for (int spins = base::lock_spins; spins > 0; --spins) {
    base::cpu_pause();
    if (memory_.state().head.position.load(std::memory_order_acquire) != head.word()) return true;
  }
  return false;
}

std::byte* RingTail::reserve_otherwise(RingPosition& tail, std::uint64_t units, Full& full) {
  full.changes = memory_.state().settings.changes.load(std::memory_order_acquire);  // before maxsize: see MessageRing::maxsize
  for (bool patient = true;; patient = false) {
    const Contents now = contents(tail);
    side_.seen_head.store(now.head.word(), std::memory_order_release);
    full.head = now.head.word();
    full.of_messages = !may_be_one_more(tail, now.head);
    if (full.of_messages || units > max_units_ - std::min(max_units_, now.units)) return nullptr;
    const int ring = tail.ring();
    const int smaller = now.chain.size() == 1 ? smaller_ring(ring, now.units + units) : -1;
    if (smaller >= 0) return reserve_in(smaller, tail, units, now.chain);
    if (std::byte* const record = reserve_here(tail, units, now)) return record;
    if (patient && now.units_here > 0 && head_moves_on(now.head)) continue;
    const int larger = larger_ring(ring, units, now.chain);
    return larger < 0 ? nullptr : reserve_in(larger, tail, units, now.chain);
  }
}

std::byte* RingTail::reserve_here(RingPosition& tail, std::uint64_t units, const Contents& now) {
  const int ring = tail.ring();
  const std::uint64_t size = Geometry::units(ring);
  const std::uint64_t offset = tail.offset();
  const std::uint64_t to_end = size - offset;
  // One unit is never filled: at the tail there is always room, and memory, to say where the next record is instead.
  const std::uint64_t room = size - 1 - now.units_here;
  if (units > to_end) {
    if (to_end + units > room) return nullptr;
    memory_.back(ring, units + 1);
    std::byte* const rest = memory_.at(tail.place());
    side_.free_until.store(0, std::memory_order_release);
    const RecordHeader wrap{.size = 0, .kind = RecordHeader::wrap, .references = 0, .seal = RecordHeader::valid_seal};
    std::memcpy(rest, &wrap, sizeof wrap);
    tail = tail.at(Geometry::units(ring));
    return memory_.at(tail.place());
  }
  if (units > room) return nullptr;
  const std::uint64_t backed = memory_.back(ring, std::min(offset + units + 1, size));
  std::byte* const record = memory_.at(tail.place());
  // Not for the whole of the ring at once: now and then somebody must see whether a smaller one would do.
  const std::uint64_t budget = max_units_ - now.units;
  const std::uint64_t until = std::min({offset + std::min(room, budget), offset + std::max(units, size / 8), backed - 1});
  const RingPosition stored = position();
  // It must hold for the tail that is stored now, too, and not be left standing for the lap that comes next.
  const bool same_lap = stored.ring() == ring && stored.place() <= tail.place() && units < to_end;
  side_.free_until.store(same_lap ? Geometry::units(ring) + until : 0, std::memory_order_release);
  return record;
}

std::byte* RingTail::reserve_in(int ring, RingPosition& tail, std::uint64_t units, RingChain chain) {
  memory_.back(ring, std::min(units + 1, Geometry::units(ring)));
  std::byte* const record = memory_.at(Geometry::units(ring));
  move(tail, ring, chain);
  return record;
}

/// The order of the stores is that in which they may be missing.
void RingTail::move(RingPosition& tail, int ring, RingChain chain) {
  std::byte* const last = memory_.at(tail.place());
  side_.free_until.store(0, std::memory_order_release);
  side_.chain.store(chain.with(ring).word(), std::memory_order_release);
  memory_.state().rings[tail.ring()].left_at.store(tail.offset(), std::memory_order_release);
  const RecordHeader moved{
      .size = static_cast<std::uint32_t>(ring), .kind = RecordHeader::moved, .references = 0, .seal = RecordHeader::valid_seal};
  std::memcpy(last, &moved, sizeof moved);
  tail = tail.at(Geometry::units(ring));
}

RingPosition RingTail::move_to_first(RingPosition tail) noexcept {
  move(tail, 0, RingChain{}.with(tail.ring()));
  position(tail);
  return tail;
}

}  // namespace tandem::multiprocessing
