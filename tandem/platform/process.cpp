#include "tandem/platform/process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::platform {
namespace {

ExitCode exit_code_of(const siginfo_t& info) noexcept { return info.si_code == CLD_EXITED ? info.si_status : -info.si_status; }

std::optional<ExitCode> reap(idtype_t kind, int id) {
  siginfo_t info{};
  while (::waitid(kind, static_cast<id_t>(id), &info, WEXITED) != 0) {
    if (errno == ECHILD) return std::nullopt;
    if (errno != EINTR) throw_errno("waitid");
  }
  return exit_code_of(info);
}

}  // namespace

int this_pid() noexcept { return ::getpid(); }
int os_parent_pid() noexcept { return ::getppid(); }

int fork_process() {
  flush_output();
  const int pid = ::fork();
  if (pid < 0) throw_errno("fork");
  return pid;
}

void exit_now(ExitCode code) noexcept { ::_exit(code); }

void flush_output() noexcept {
  std::cout.flush();
  std::clog.flush();
  std::fflush(nullptr);
}

void end_exit_by(void (*end)(ExitCode code)) {
  // Of the two ways to register a handler this is the one that is told the exit code.
  const auto handler = [](int code, void* what) { reinterpret_cast<void (*)(ExitCode)>(what)(code); };
  if (::on_exit(handler, reinterpret_cast<void*>(end)) != 0) throw_error(ENOMEM, "on_exit");
}

std::optional<ExitCode> reap_child(int pid) { return reap(P_PID, pid); }
std::optional<ExitCode> reap_child(const Fd& pidfd) { return reap(P_PIDFD, pidfd.get()); }

bool die_with_parent(int parent_pid) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) throw_errno("prctl", "PR_SET_PDEATHSIG");
  return ::getppid() == parent_pid;  // it may have ended before the call
}

void kill_child(int pid) noexcept {
  ::kill(pid, SIGKILL);
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

void close_descriptors_but(std::array<int, 2> kept) noexcept {
  std::sort(kept.begin(), kept.end());
  int first = 3;
  for (const int fd : kept) {
    if (fd > first) ::syscall(SYS_close_range, first, fd - 1, 0);
    first = std::max(first, fd + 1);
  }
  ::syscall(SYS_close_range, first, ~0U, 0);
}

void copy_descriptor_to(int fd, int target) {
  while (::dup2(fd, target) < 0) {
    if (errno != EINTR && errno != EBUSY) throw_errno("dup2");
  }
}

void let_go_of_terminal() {
  const Fd null = open_null();
  for (int fd = 0; fd <= 2; ++fd) copy_descriptor_to(null.get(), fd);
}

int thread_count() {
  struct stat status {};
  if (::stat("/proc/self/task", &status) != 0) throw_errno("stat", "/proc/self/task");
  return static_cast<int>(status.st_nlink) - 2;  // ".", "..", and one folder for each thread
}

}  // namespace tandem::platform
