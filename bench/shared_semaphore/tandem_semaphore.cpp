#include "bench/shared_semaphore/contenders.hpp"
#include "bench/shared_semaphore/sharing.hpp"
#include "bench/support/shared/tandem_processes.hpp"
#include "tandem/multiprocessing/semaphore.hpp"

namespace tandem::bench {

double tandem_semaphore(const Order& order) { return share<multiprocessing::Semaphore, TandemProcesses>(order); }

}  // namespace tandem::bench
