#include <oneapi/tbb/spin_mutex.h>

#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"

namespace tandem::bench {

double tbb_spin_mutex(const Order& order) { return exercise<tbb::spin_mutex, tbb::spin_mutex::scoped_lock>(order); }

}  // namespace tandem::bench
