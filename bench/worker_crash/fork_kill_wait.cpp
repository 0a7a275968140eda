#include <csignal>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include "bench/worker_crash/contenders.hpp"

namespace tandem::bench {

double fork_kill_wait(const Order& order) {
  return measure(order, [] {
    const pid_t child = ::fork();
    if (child == 0) {
      std::raise(SIGKILL);
      ::_exit(1);
    }
    check(child > 0, "fork");
    int status = 0;
    check(::waitpid(child, &status, 0) == child, "waitpid");
    if (!WIFSIGNALED(status)) throw std::runtime_error("a child that killed itself has not died of it");
  });
}

}  // namespace tandem::bench
