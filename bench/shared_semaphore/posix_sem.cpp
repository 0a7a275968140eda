#include <cerrno>
#include <utility>

#include <semaphore.h>

#include "bench/shared_semaphore/contenders.hpp"
#include "bench/shared_semaphore/sharing.hpp"
#include "bench/support/shared/forked_processes.hpp"
#include "bench/support/shared/shared_memory.hpp"

namespace tandem::bench {
namespace {

/// sem_t in shared memory; a handle.
class SharedSemaphore {
 public:
  explicit SharedSemaphore(unsigned permits) { check(::sem_init(&*semaphore_, 1, permits) == 0, "sem_init"); }
  void acquire() {
    while (::sem_wait(&*semaphore_) != 0) check(errno == EINTR, "sem_wait");
  }
  void release() { check(::sem_post(&*semaphore_) == 0, "sem_post"); }

 private:
  Shared<sem_t> semaphore_{std::in_place};
};

}  // namespace

double posix_sem(const Order& order) { return share<SharedSemaphore, ForkedProcesses>(order); }

}  // namespace tandem::bench
