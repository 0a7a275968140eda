#include "bench/shared_round_trip/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/ping_pong.hpp"
#include "bench/support/shared/stream.hpp"

namespace tandem::bench {

double pipe(const Order& order) {
  ProcessCrew<ForkedProcesses> crew{order};
  return ping_pong(order, crew, Stream::pipe(), Stream::pipe());
}

double socketpair(const Order& order) {
  ProcessCrew<ForkedProcesses> crew{order};
  return ping_pong(order, crew, Stream::socketpair(), Stream::socketpair());
}

}  // namespace tandem::bench
