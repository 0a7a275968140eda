#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "tandem/multiprocessing/ring_state.hpp"
#include "tandem/platform/processor.hpp"

namespace tandem::multiprocessing {

/// What RingState calls a processor: one more than the number of that on which the caller runs; 0 if nobody knows.
inline std::uint32_t this_processor() noexcept { return static_cast<std::uint32_t>(platform::current_processor() + 1); }

/// A MessageRing's memory as one process sees it: the state, and those rings that it has needed so far. From any thread.
class RingMemory {
 public:
  /// Makes the state in a window that reads as zeros: an empty queue. Throws std::system_error.
  static void format(const shared::Window& window, std::uint64_t maxsize, std::uint64_t max_units);
  /// Throws std::logic_error if there is none, std::system_error.
  explicit RingMemory(const shared::Window& window);
  RingMemory(const RingMemory&) = delete;
  RingMemory& operator=(const RingMemory&) = delete;
  ~RingMemory();

  RingState& state() const noexcept { return *state_; }

  /// Somebody found what cannot be: ends the queue for everybody, and throws std::runtime_error that says so.
  [[noreturn]] void condemn(const std::string& reason) const;
  /// Ends the queue in that manner, see RingState::Settings::ended, and wakes everybody.
  void end(std::uint32_t how) const noexcept;

  /// The address of a place in a ring. Throws std::system_error if this process has no room for the ring in its address space.
  std::byte* at(std::uint64_t place) {
    const int ring = RingGeometry::ring_of(place);
    std::byte* begin = begins_[static_cast<unsigned>(ring)].load(std::memory_order_acquire);
    if (begin == nullptr) [[unlikely]]
      begin = map(ring);
    return begin + (place - RingGeometry::begin_of_ring_at(place)) * RingGeometry::unit;
  }

  /// Sees that there is memory for so many units from the ring's beginning, and says for how many there is. Under the tail's lock,
  /// for a ring that the producers are in or may enter. Throws std::system_error.
  std::uint64_t back(int ring, std::uint64_t units) const;
  /// Gives the ring's memory back to the system, but for the page with `place`, if that is in it. Under the head's lock, by who is
  /// about to leave it; or under both locks, if nothing is in it.
  void give_back(int ring, std::uint64_t place) const noexcept;

 private:
  std::byte* map(int ring);

  const shared::Window window_;
  const platform::Mapping first_;  // the state and ring 0
  RingState* const state_;
  // What was mapped since, by whoever needed it first; and where each ring begins.
  std::array<base::Atomic<platform::Mapping*>, RingGeometry::rings> mappings_{};
  std::array<base::Atomic<std::byte*>, RingGeometry::rings> begins_{};
};

}  // namespace tandem::multiprocessing
