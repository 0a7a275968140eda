#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/subprocess/contenders.hpp"
#include "bench/subprocess/starting.hpp"

namespace tandem::bench {
namespace {

void wait_for(pid_t child) {
  int status = -1;
  check(::waitpid(child, &status, 0) == child, "waitpid");
  if (status != 0) throw std::runtime_error("/bin/true did not end well");
}

}  // namespace

double posix_spawn_true(const Order& order) {
  std::string program = "/bin/true";
  const std::array<char*, 2> arguments{program.data(), nullptr};
  const auto start = [&] {
    pid_t child = 0;
    errno = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ);
    check(errno == 0, "posix_spawn");
    return child;
  };
  return start_programs(order, start, wait_for);
}

double fork_exec(const Order& order) {
  std::string program = "/bin/true";
  const std::array<char*, 2> arguments{program.data(), nullptr};
  const auto start = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execv(program.c_str(), arguments.data());
      ::_exit(127);
    }
    check(child > 0, "fork");
    return child;
  };
  return start_programs(order, start, wait_for);
}

}  // namespace tandem::bench
