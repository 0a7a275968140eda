#include "bench/event_broadcast/contenders.hpp"
#include "bench/event_broadcast/crowd.hpp"

namespace tandem::bench {

double std_atomic_wait(const Order& order) {
  std::atomic<std::uint32_t> announced{0};
  return broadcast(
      order,
      [&](std::uint32_t lap, auto here) {
        here();
        announced.wait(lap - 1);
      },
      [&](std::uint32_t lap) {
        announced.store(lap);
        announced.notify_all();
      });
}

}  // namespace tandem::bench
