#include "bench/support/shared/two_lock_ring.hpp"

#include "bench/shared_queue/any_size.hpp"
#include "bench/shared_queue/contenders.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {

double two_lock_ring(const Order& order) {
  return with_messages(order, [&]<class Message>(std::type_identity<Message>) {
    ProcessCrew<ForkedProcesses> crew{order};
    return flow<Message>(order, crew, TwoLockRing<sizeof(Message), capacity>{});
  });
}

}  // namespace tandem::bench
