#include "bench/speed_up/contenders.hpp"
#include "bench/speed_up/primes.hpp"

namespace tandem::bench {

double bare_loop(const Order& order) {
  return speed_up(order, [] { return primes_in_every(1, 0); });
}

}  // namespace tandem::bench
