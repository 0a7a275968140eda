#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::bench {

double tandem_rlock(const Order& order) { return exercise<threading::RLock>(order); }

}  // namespace tandem::bench
