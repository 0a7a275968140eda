#include <oneapi/tbb/queuing_mutex.h>

#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"

namespace tandem::bench {

double tbb_queuing_mutex(const Order& order) { return exercise<tbb::queuing_mutex, tbb::queuing_mutex::scoped_lock>(order); }

}  // namespace tandem::bench
