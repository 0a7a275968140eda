#include "bench/semaphore/contenders.hpp"
#include "bench/semaphore/exercise.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::bench {

double tandem_semaphore(const Order& order) { return exercise<threading::Semaphore>(order); }

}  // namespace tandem::bench
