#include "tandem/multiprocessing/ring_tail.hpp"

#include <stdexcept>
#include <string>

#include "tandem/base/tuning.hpp"

namespace tandem::multiprocessing {
namespace {

using Geometry = RingGeometry;

/// The ring to go back to from a larger one that the whole of the queue is in; -1 if there is none. So much smaller that nobody
/// goes to and fro, and not for little gain.
int smaller_ring(int from, std::uint64_t units) noexcept {
  for (int ring = Geometry::largest_for_little; ring < from; ++ring) {
    if (4 * units <= Geometry::units(ring)) return ring;
  }
  return -1;
}

/// The ring to go on in when there is no room in `from`; -1 if there is none. The next smaller one before larger ones: what was
/// used lately is in the cache. And memory that is there before memory that has to be asked for.
int other_ring(int from, std::uint64_t units, RingChain taken) noexcept {
  const auto is_fit = [&](int ring) { return !taken.contains(ring) && 2 * units <= Geometry::units(ring); };
  constexpr int kept = Geometry::largest_kept;
  if (from > 0 && from - 1 <= kept && is_fit(from - 1)) return from - 1;
  for (int ring = from + 1; ring <= kept; ++ring) {
    if (is_fit(ring)) return ring;
  }
  for (int ring = std::min(from - 2, kept); ring >= 0; --ring) {
    if (is_fit(ring)) return ring;
  }
  for (int ring = std::max(from, kept) + 1; ring < Geometry::rings; ++ring) {
    if (is_fit(ring)) return ring;
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
  std::uint64_t begin;       // the offset of the oldest that is in the tail's ring
  std::uint64_t units_here;  // in the tail's ring, with what was left empty at its end
  std::uint64_t units;       // in all, without
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
  Contents found{.head = head, .chain = chain, .begin = head.offset(), .units_here = 0, .units = 0};
  for (int i = 0; i < chain.size(); ++i) {
    if (i > 0) found.begin = 0;  // but in the first, records begin where the ring does
    const RingState::Ring& ring = memory_.state().rings[chain[i]];
    const std::uint64_t size = Geometry::units(chain[i]);
    const bool is_last = i == chain.size() - 1;
    const std::uint64_t end = is_last ? tail.offset() : ring.left_at.load(std::memory_order_acquire);
    const std::uint64_t empty = end < found.begin ? size - std::min(size, ring.wrapped_at.load(std::memory_order_acquire)) : 0;
    found.units_here = (end - found.begin) & (size - 1);
    found.units += found.units_here - std::min(found.units_here, empty);
  }
  return found;
}

/// Whether the consumers are at work: it takes less time to see than memory takes to come by. Not if this is the processor that
/// they need for it.
bool RingTail::head_moves_on(RingPosition head) const noexcept {
  if (memory_.state().head.processor.load(std::memory_order_relaxed) == this_processor()) return false;
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
    note_most(full.of_messages ? now.units : now.units + units);
    if (full.of_messages || units > max_units_ - std::min(max_units_, now.units)) return nullptr;
    const int ring = tail.ring();
    const int smaller = now.chain.size() == 1 ? smaller_ring(ring, now.units + units) : -1;
    if (smaller >= 0) return reserve_in(smaller, tail, units, now.chain);
    if (std::byte* const record = reserve_here(tail, units, now)) return record;
    if (patient && now.units_here > 0 && head_moves_on(now.head)) continue;
    const int other = other_ring(ring, units, now.chain);
    return other < 0 ? nullptr : reserve_in(other, tail, units, now.chain);
  }
}

std::byte* RingTail::reserve_here(RingPosition& tail, std::uint64_t units, const Contents& now) {
  const int ring = tail.ring();
  const std::uint64_t size = Geometry::units(ring);
  const std::uint64_t offset = tail.offset();
  const std::uint64_t to_end = size - offset;
  // One unit is never filled: at the tail there is always room, and memory, to say where the next record is instead.
  const std::uint64_t room = size - 1 - now.units_here;
  if (units > to_end || (to_end + units <= room && is_worth_wrapping(ring, now))) {
    if (to_end + units > room) return nullptr;
    memory_.back(ring, units + 1);
    std::byte* const rest = memory_.at(tail.place());
    side_.free_until.store(0, std::memory_order_release);
    const RecordHeader wrap{.size = 0, .kind = RecordHeader::wrap, .references = 0, .seal = RecordHeader::valid_seal};
    std::memcpy(rest, &wrap, sizeof wrap);
    memory_.state().rings[ring].wrapped_at.store(offset, std::memory_order_release);
    forget_some_of_most();
    tail = tail.at(Geometry::units(ring));
    return memory_.at(tail.place());
  }
  if (units > room) return nullptr;
  const std::uint64_t backed = memory_.back(ring, std::min(offset + units + 1, size));
  std::byte* const record = memory_.at(tail.place());
  // Not for the whole of the ring at once: now and then somebody must see whether a smaller one would do.
  const std::uint64_t budget = max_units_ - now.units;
  const std::uint64_t until =
      std::min({offset + std::min(room, budget), offset + std::max(units, std::min(size / 8, furthest_look)), backed - 1});
  const RingPosition stored = position();
  // It must hold for the tail that is stored now, too, and not be left standing for the lap that comes next.
  const bool same_lap = stored.ring() == ring && stored.place() <= tail.place() && units < to_end;
  side_.free_until.store(same_lap ? Geometry::units(ring) + until : 0, std::memory_order_release);
  return record;
}

/// Whether to begin again where the ring does although there is room up to its end: what was used a while ago is in the cache, and
/// what lies ahead is not. There must be room before the head for as much as the queue has held lately; a quarter of the ring at
/// least, since it was entered because a quarter of it was needed.
bool RingTail::is_worth_wrapping(int ring, const Contents& now) const noexcept {
  return now.begin >= std::max(Geometry::units(ring) / 4, side_.most.load(std::memory_order_relaxed));
}

void RingTail::note_most(std::uint64_t units) noexcept {
  if (units > side_.most.load(std::memory_order_relaxed)) side_.most.store(units, std::memory_order_relaxed);
}

void RingTail::forget_some_of_most() noexcept {
  const std::uint64_t most = side_.most.load(std::memory_order_relaxed);
  side_.most.store(most - most / 64, std::memory_order_relaxed);
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
