#include <stdexcept>
#include <string>

#include "bench/shared_large/contenders.hpp"
#include "bench/support/shared/flow.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/two_lock_ring.hpp"

namespace tandem::bench {

double two_copy_ring(const Order& order) {
  constexpr std::size_t small = 64UL * 1024;
  constexpr std::size_t large = 1024UL * 1024;
  ProcessCrew<ForkedProcesses> crew{order};
  switch (flow_setting(order.setting).size) {
    case small:
      return flow<std::string>(order, crew, TwoLockRing<small, capacity_for(small)>{});
    case large:
      return flow<std::string>(order, crew, TwoLockRing<large, capacity_for(large)>{});
    default:
      throw std::invalid_argument("'" + std::string{order.setting} + "': messages have 65536 or 1048576 bytes here");
  }
}

}  // namespace tandem::bench
