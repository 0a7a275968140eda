#include "tandem/multiprocessing/ring_memory.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

namespace tandem::multiprocessing {
namespace {

using Geometry = RingGeometry;

constexpr std::uint64_t page = shared::Window::page;

constexpr std::uint64_t page_begin(std::uint64_t offset) { return offset / page * page; }

// Memory is asked for in steps that grow with what is there, so that a queue seldom asks and never has much more than it needs.
constexpr std::uint64_t least_step = 64UL * 1024 / Geometry::unit;
constexpr std::uint64_t largest_step = 8UL * 1024 * 1024 / Geometry::unit;
// In one call: the kernel begins again from the start if a signal interrupts it.
constexpr std::uint64_t largest_call = 16UL * 1024 * 1024;

}  // namespace

void RingMemory::format(const shared::Window& window, std::uint64_t maxsize, std::uint64_t max_units) {
  window.allocate(0, page);
  window.allocate(Geometry::bytes(0), Geometry::bytes(0));  // the first ring has its memory all the time
  const platform::Mapping mapping = window.map(0, page);
  auto& state = *new (mapping.data()) RingState{};
  state.settings.max_units = max_units;
  state.settings.maxsize.store(maxsize, std::memory_order_relaxed);
  const RingPosition begin;
  for (RingState::Word64* position : {&state.tail.position, &state.tail.seen_head, &state.head.position, &state.head.seen_tail}) {
    position->store(begin.word(), std::memory_order_relaxed);
  }
  state.tail.chain.store(RingChain{}.with(begin.ring()).word(), std::memory_order_relaxed);
  state.rings[0].backed.store(Geometry::units(0), std::memory_order_relaxed);
  state.settings.magic.store(RingState::formatted, std::memory_order_release);
}

RingMemory::RingMemory(const shared::Window& window)
    : window_{window},
      first_{window.map(0, 2 * Geometry::bytes(0))},
      state_{std::launder(reinterpret_cast<RingState*>(first_.data()))} {
  if (state_->settings.magic.load(std::memory_order_acquire) != RingState::formatted) {
    throw std::logic_error("MessageRing: there is no queue in this window; make one with MessageRing::format() first");
  }
  begins_[0].store(first_.data() + Geometry::bytes(0), std::memory_order_relaxed);
}

RingMemory::~RingMemory() {
  for (auto& mapping : mappings_) delete mapping.load(std::memory_order_acquire);
}

void RingMemory::end(std::uint32_t how) const noexcept {
  state_->settings.ended.fetch_or(how, std::memory_order_seq_cst);
  state_->consumers.who.wake_everybody();
  state_->producers.who.wake_everybody();
}

void RingMemory::condemn(const std::string& reason) const {
  end(RingState::shut_down | RingState::dropped | RingState::corrupted);
  throw std::runtime_error("a shared queue is damaged, something has written over its memory: " + reason +
                           "; it is shut down, and what was in it is lost");
}

std::byte* RingMemory::map(int ring) {
  auto& place = mappings_[static_cast<unsigned>(ring)];
  auto fresh = std::make_unique<platform::Mapping>(window_.map(Geometry::bytes(ring), Geometry::bytes(ring)));
  platform::Mapping* mapping = nullptr;
  if (place.compare_exchange_strong(mapping, fresh.get(), std::memory_order_acq_rel)) mapping = fresh.release();
  begins_[static_cast<unsigned>(ring)].store(mapping->data(), std::memory_order_release);
  return mapping->data();
}

std::uint64_t RingMemory::back(int ring, std::uint64_t units) const {
  RingState::Word64& backed = state_->rings[ring].backed;
  const std::uint64_t before = std::min(backed.load(std::memory_order_acquire), Geometry::units(ring));
  if (units <= before) return before;
  const std::uint64_t generous = std::max(units, before + std::clamp(before / 4, least_step, largest_step));
  constexpr std::uint64_t units_in_page = page / Geometry::unit;
  const std::uint64_t after = std::min(Geometry::units(ring), (generous + units_in_page - 1) / units_in_page * units_in_page);
  const std::uint64_t end = after * Geometry::unit;
  for (std::uint64_t begin = page_begin(before * Geometry::unit); begin < end; begin += largest_call) {
    window_.allocate(Geometry::bytes(ring) + begin, std::min(largest_call, end - begin));
  }
  backed.store(after, std::memory_order_release);  // behind the calls: who dies between leaves memory that is asked for once more
  return after;
}

void RingMemory::give_back(int ring, std::uint64_t place) const noexcept {
  if (ring == 0) return;
  state_->rings[ring].backed.store(0, std::memory_order_release);
  const std::uint64_t begin = Geometry::bytes(ring);
  const std::uint64_t end = 2 * begin;
  if (place < Geometry::units(ring) || place >= 2 * Geometry::units(ring)) {
    window_.give_back(begin, end - begin);
    return;
  }
  const std::uint64_t kept = page_begin(place * Geometry::unit);
  if (kept > begin) window_.give_back(begin, kept - begin);
  if (kept + page < end) window_.give_back(kept + page, end - kept - page);
}

}  // namespace tandem::multiprocessing
