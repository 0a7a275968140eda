#include <oneapi/tbb/mutex.h>

#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"

namespace tandem::bench {

double tbb_mutex(const Order& order) { return exercise<tbb::mutex, tbb::mutex::scoped_lock>(order); }

}  // namespace tandem::bench
