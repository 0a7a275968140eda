#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include "bench/process_start/contenders.hpp"
#include "bench/process_start/parent.hpp"

namespace tandem::bench {

double fork_wait(const Order& order) {
  const Parent parent{order.setting};
  return measure(order, [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    check(child > 0, "fork");
    int status = -1;
    check(::waitpid(child, &status, 0) == child, "waitpid");
    if (status != 0) throw std::runtime_error("a forked child did not end well");
  });
}

}  // namespace tandem::bench
