#include "tandem/multiprocessing/waiting_places.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace tandem::multiprocessing {
namespace {

constexpr std::uint32_t growth = 4096 / sizeof(WaitingPlace);  // a page

std::uint64_t this_process() noexcept {
  const platform::ProcessId process = platform::this_process();
  return process.pid | std::uint64_t{process.birth} << 32;
}

}  // namespace

bool WaitingPlace::is_owned_by_the_dead() const noexcept {
  const std::uint64_t owner = process.load(std::memory_order_relaxed);
  return platform::has_ended({static_cast<std::uint32_t>(owner), static_cast<std::uint32_t>(owner >> 32)});
}

WaitingPlaces::WaitingPlaces(shared::Object& object) {
  const auto map = [&object] { return object.window().map(0, size); };
  places_ = reinterpret_cast<WaitingPlace*>(object.local<platform::Mapping>(map).data());
}

WaitingPlace* WaitingPlaces::take(Line& line) const noexcept {
  const std::span<WaitingPlace> ready{places_, line.ready};
  const auto place = std::ranges::find_if(
      ready, [](const WaitingPlace& its) { return its.word.load(std::memory_order_acquire) == WaitingPlace::free; });
  if (place == ready.end()) return nullptr;
  place->process.store(this_process(), std::memory_order_relaxed);
  place->ticket.store(line.next_ticket++, std::memory_order_relaxed);
  const auto end = static_cast<std::uint32_t>(place - ready.begin()) + 1;
  if (end > line.used.load(std::memory_order_relaxed)) line.used.store(end, std::memory_order_release);
  return &*place;
}

void WaitingPlaces::grow(Line& line, const shared::Object& object) const {
  if (line.ready == capacity) {
    throw std::runtime_error(std::to_string(capacity) +
                             " threads wait for this shared object already, and there cannot be more: let fewer of them wait");
  }
  object.window().allocate(std::uint64_t{line.ready} * sizeof(WaitingPlace), growth * sizeof(WaitingPlace));
  line.ready += growth;
}

WaitingPlace* WaitingPlaces::oldest(const Line& line, std::uint64_t below) const noexcept {
  WaitingPlace* found = nullptr;
  for (WaitingPlace& place : used(line)) {
    if (!place.is_waiting()) continue;
    const std::uint64_t ticket = place.ticket.load(std::memory_order_relaxed);
    if (ticket >= below) continue;
    below = ticket;
    found = &place;
  }
  return found;
}

}  // namespace tandem::multiprocessing
