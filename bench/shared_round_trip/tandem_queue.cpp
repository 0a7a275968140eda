#include "bench/shared_round_trip/contenders.hpp"
#include "bench/support/shared/ping_pong.hpp"
#include "bench/support/shared/tandem_processes.hpp"
#include "tandem/multiprocessing/queue.hpp"

namespace tandem::bench {

double tandem_queue(const Order& order) {
  ProcessCrew<TandemProcesses> crew{order};
  return ping_pong(order, crew, multiprocessing::Queue<Number>{}, multiprocessing::Queue<Number>{});
}

}  // namespace tandem::bench
