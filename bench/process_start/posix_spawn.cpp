#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/process_start/contenders.hpp"
#include "bench/process_start/parent.hpp"

namespace tandem::bench {

double posix_spawn_wait(const Order& order) {
  const Parent parent{order.setting};
  // The smallest program that there is: statically linked, it does nothing. It stands beside this one.
  std::string program = std::filesystem::canonical("/proc/self/exe").replace_filename("nothing");
  const std::array<char*, 2> arguments{program.data(), nullptr};
  return measure(order, [&] {
    pid_t child = 0;
    errno = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ);
    check(errno == 0, "posix_spawn");
    int status = -1;
    check(::waitpid(child, &status, 0) == child, "waitpid");
    if (status != 0) throw std::runtime_error("a spawned child did not end well");
  });
}

}  // namespace tandem::bench
