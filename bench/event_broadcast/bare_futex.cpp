#include "bench/support/bare_futex.hpp"

#include <limits>

#include "bench/event_broadcast/contenders.hpp"
#include "bench/event_broadcast/crowd.hpp"

namespace tandem::bench {

double bare_futex(const Order& order) {
  FutexWord announced{0};
  return broadcast(
      order,
      [&](std::uint32_t lap, auto here) {
        here();
        while (announced.load(std::memory_order_acquire) != lap) futex_wait(announced, lap - 1);
      },
      [&](std::uint32_t lap) {
        announced.store(lap, std::memory_order_release);
        futex_wake(announced, std::numeric_limits<int>::max());
      });
}

}  // namespace tandem::bench
