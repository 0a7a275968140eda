#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/process_start/parent.hpp"
#include "bench/subprocess/contenders.hpp"

namespace tandem::bench {
namespace {

void wait_for(pid_t child) {
  int status = -1;
  check(::waitpid(child, &status, 0) == child, "waitpid");
  if (status != 0) throw std::runtime_error("/bin/true did not end well");
}

}  // namespace

double posix_spawn_true(const Order& order) {
  const Parent parent{order.setting};
  std::string program = "/bin/true";
  const std::array<char*, 2> arguments{program.data(), nullptr};
  return measure(order, [&] {
    pid_t child = 0;
    errno = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ);
    check(errno == 0, "posix_spawn");
    wait_for(child);
  });
}

double fork_exec(const Order& order) {
  const Parent parent{order.setting};
  std::string program = "/bin/true";
  const std::array<char*, 2> arguments{program.data(), nullptr};
  return measure(order, [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execv(program.c_str(), arguments.data());
      ::_exit(127);
    }
    check(child > 0, "fork");
    wait_for(child);
  });
}

}  // namespace tandem::bench
