#include "bench/support/shared/forked_processes.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace tandem::bench {
namespace {

void refuse_failure(const siginfo_t& info) {
  if (info.si_pid == 0 || (info.si_code == CLD_EXITED && info.si_status == 0)) return;
  throw std::runtime_error("a process of the crew ended with " + std::to_string(info.si_status) +
                           (info.si_code == CLD_EXITED ? " as its exit code" : " as its signal"));
}

}  // namespace

ForkedProcesses::~ForkedProcesses() {
  for (const pid_t child : children_) ::kill(child, SIGKILL);
  for (const pid_t child : children_) ::waitpid(child, nullptr, 0);
}

void ForkedProcesses::start_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  check(child >= 0, "fork");
  if (child > 0) {
    children_.push_back(child);
    return;
  }
  int status = 0;
  try {
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "a process of the crew: %s\n", error.what());
    status = 1;
  }
  ::_exit(status);
}

void ForkedProcesses::check_all() const {
  for (const pid_t child : children_) {
    siginfo_t info{};
    check(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0, "waitid");
    refuse_failure(info);
  }
}

void ForkedProcesses::join() {
  while (!children_.empty()) {
    siginfo_t info{};
    check(::waitid(P_PID, static_cast<id_t>(children_.back()), &info, WEXITED) == 0, "waitid");
    children_.pop_back();
    refuse_failure(info);
  }
}

}  // namespace tandem::bench
