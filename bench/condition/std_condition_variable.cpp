#include <condition_variable>

#include "bench/condition/contenders.hpp"
#include "bench/condition/ping_pong.hpp"

namespace tandem::bench {

double std_condition_variable(const Order& order) {
  std::mutex mutex;
  std::condition_variable pings;
  std::condition_variable pongs;
  return ping_pong(
      order, mutex, pings, one_for_both(order) ? pings : pongs,
      [](std::condition_variable& condition, auto& hold, auto predicate) { condition.wait(hold, predicate); },
      [](std::condition_variable& condition) { condition.notify_one(); });
}

}  // namespace tandem::bench
