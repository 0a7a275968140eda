#include "bench/support/shared/boost_queue.hpp"

#include <string>

#include "bench/shared_large/contenders.hpp"
#include "bench/support/shared/flow.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {

double boost_queue(const Order& order) {
  const std::size_t size = flow_setting(order.setting).size;
  ProcessCrew<ForkedProcesses> crew{order};
  return flow<std::string>(order, crew, BoostQueue{capacity_for(size), size});
}

}  // namespace tandem::bench
