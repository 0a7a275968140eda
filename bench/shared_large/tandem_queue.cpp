#include <string>

#include "bench/shared_large/contenders.hpp"
#include "bench/support/shared/flow.hpp"
#include "bench/support/shared/tandem_processes.hpp"
#include "tandem/multiprocessing/queue.hpp"

namespace tandem::bench {

double tandem_queue(const Order& order) {
  ProcessCrew<TandemProcesses> crew{order};
  return flow<std::string>(order, crew, multiprocessing::Queue<std::string>{capacity_for(flow_setting(order.setting).size)});
}

}  // namespace tandem::bench
