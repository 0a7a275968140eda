#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::bench {

double tandem_lock(const Order& order) { return exercise<threading::Lock>(order); }

}  // namespace tandem::bench
