#include "bench/shared_queue/any_size.hpp"
#include "bench/shared_queue/contenders.hpp"
#include "bench/support/shared/tandem_processes.hpp"
#include "tandem/multiprocessing/queue.hpp"

namespace tandem::bench {

double tandem_queue(const Order& order) {
  return with_messages(order, [&]<class Message>(std::type_identity<Message>) {
    ProcessCrew<TandemProcesses> crew{order};
    return flow<Message>(order, crew, multiprocessing::Queue<Message>{capacity});
  });
}

}  // namespace tandem::bench
