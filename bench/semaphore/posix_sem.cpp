#include "bench/semaphore/contenders.hpp"
#include "bench/semaphore/exercise.hpp"
#include "bench/support/posix_semaphore.hpp"

namespace tandem::bench {

double posix_sem(const Order& order) { return exercise<PosixSemaphore>(order); }

}  // namespace tandem::bench
