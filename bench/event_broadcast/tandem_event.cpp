#include <array>

#include "bench/event_broadcast/contenders.hpp"
#include "bench/event_broadcast/crowd.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::bench {

double tandem_event(const Order& order) {
  // In turn: while one is waited for, nobody looks at the other any more, and it can be cleared.
  std::array<threading::Event, 2> events;
  return broadcast(
      order,
      [&](std::uint32_t lap, auto here) {
        here();
        events[lap % 2].wait();
      },
      [&](std::uint32_t lap) {
        events[(lap + 1) % 2].clear();
        events[lap % 2].set();
      });
}

}  // namespace tandem::bench
