#include "bench/support/shared/boost_queue.hpp"

#include "bench/shared_round_trip/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/ping_pong.hpp"

namespace tandem::bench {

double boost_queue(const Order& order) {
  constexpr std::size_t capacity = 16;
  ProcessCrew<ForkedProcesses> crew{order};
  return ping_pong(order, crew, BoostQueue{capacity, sizeof(Number)}, BoostQueue{capacity, sizeof(Number)});
}

}  // namespace tandem::bench
