#include "bench/condition/contenders.hpp"
#include "bench/condition/ping_pong.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::bench {
namespace {

template <class Mutex>
double over(const Order& order) {
  Mutex mutex;
  threading::Condition pings{mutex};
  threading::Condition pongs{mutex};
  return ping_pong(
      order, mutex, pings, one_for_both(order) ? pings : pongs,
      [](threading::Condition& condition, auto& /*hold*/, auto predicate) { condition.wait_for(predicate); },
      [](threading::Condition& condition) { condition.notify(); });
}

}  // namespace

double tandem_over_lock(const Order& order) { return over<threading::Lock>(order); }
double tandem_over_rlock(const Order& order) { return over<threading::RLock>(order); }

}  // namespace tandem::bench
