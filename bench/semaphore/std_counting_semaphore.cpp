#include <semaphore>

#include "bench/semaphore/contenders.hpp"
#include "bench/semaphore/exercise.hpp"

namespace tandem::bench {

double std_counting_semaphore(const Order& order) { return exercise<std::counting_semaphore<>>(order); }

}  // namespace tandem::bench
