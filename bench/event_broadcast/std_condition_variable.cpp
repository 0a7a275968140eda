#include <condition_variable>
#include <mutex>

#include "bench/event_broadcast/contenders.hpp"
#include "bench/event_broadcast/crowd.hpp"

namespace tandem::bench {

double std_condition_variable(const Order& order) {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint32_t announced = 0;
  return broadcast(
      order,
      [&](std::uint32_t lap, auto here) {
        std::unique_lock hold{mutex};
        here();
        changed.wait(hold, [&] { return announced == lap; });
      },
      [&](std::uint32_t lap) {
        {
          const std::lock_guard hold{mutex};
          announced = lap;
        }
        changed.notify_all();
      });
}

}  // namespace tandem::bench
