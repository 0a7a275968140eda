#include <mutex>

#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"

namespace tandem::bench {

double std_recursive_mutex(const Order& order) { return exercise<std::recursive_mutex>(order); }

}  // namespace tandem::bench
