#include "bench/support/shared/boost_queue.hpp"

#include "bench/shared_queue/any_size.hpp"
#include "bench/shared_queue/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {

double boost_queue(const Order& order) {
  return with_messages(order, [&]<class Message>(std::type_identity<Message>) {
    ProcessCrew<ForkedProcesses> crew{order};
    return flow<Message>(order, crew, BoostQueue{capacity, sizeof(Message)});
  });
}

}  // namespace tandem::bench
