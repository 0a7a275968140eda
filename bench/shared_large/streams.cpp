#include <stdexcept>
#include <string>

#include "bench/shared_large/contenders.hpp"
#include "bench/support/shared/flow.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/stream.hpp"

namespace tandem::bench {
namespace {

double flow_through(const Order& order, const Stream& stream) {
  if (flow_setting(order.setting).pairs != 1) throw std::invalid_argument("a stream is for one producer and one consumer");
  ProcessCrew<ForkedProcesses> crew{order};
  return flow<std::string>(order, crew, stream);
}

}  // namespace

double pipe(const Order& order) { return flow_through(order, Stream::pipe()); }

double socketpair(const Order& order) { return flow_through(order, Stream::socketpair()); }

}  // namespace tandem::bench
