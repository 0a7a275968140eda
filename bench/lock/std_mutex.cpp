#include <mutex>

#include "bench/lock/contenders.hpp"
#include "bench/lock/exercise.hpp"

namespace tandem::bench {

double std_mutex(const Order& order) { return exercise<std::mutex>(order); }

}  // namespace tandem::bench
