#include "bench/shared_lock/contenders.hpp"
#include "bench/shared_lock/sharing.hpp"
#include "bench/support/shared/tandem_processes.hpp"
#include "tandem/multiprocessing/lock.hpp"

namespace tandem::bench {

double tandem_lock(const Order& order) { return share<multiprocessing::Lock, TandemProcesses>(order); }

}  // namespace tandem::bench
