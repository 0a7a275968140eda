#include "tests/support/stepping.hpp"

#include <cerrno>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <string>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/process.hpp"

namespace tandem::test {
namespace {

[[noreturn]] void run_child(const std::function<void()>& prepare, const std::function<void()>& operation) {
  try {
    prepare();
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) platform::exit_now(2);
    ::raise(SIGSTOP);
    operation();
    ::raise(SIGSTOP);  // which was looked up before, unlike exit
  } catch (const std::exception&) {
    platform::exit_now(1);  // the parent says so
  }
  platform::exit_now(3);
}

/// The child. Killed and reaped when this goes out of scope.
class TracedChild {
 public:
  explicit TracedChild(int pid) noexcept : pid_{pid} {}
  TracedChild(const TracedChild&) = delete;
  TracedChild& operator=(const TracedChild&) = delete;
  ~TracedChild() {
    if (alive_) platform::kill_child(pid_);
  }

  /// The signal that stopped it.
  int await_stop() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0) {
      if (errno != EINTR) platform::throw_errno("waitpid");
    }
    if (WIFSTOPPED(status)) return WSTOPSIG(status);
    alive_ = false;
    throw std::runtime_error("the child that was to be stepped ended with wait status " + std::to_string(status));
  }

  void step() const {
    if (::ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) != 0) platform::throw_errno("ptrace", "PTRACE_SINGLESTEP");
  }

 private:
  const int pid_;
  bool alive_ = true;
};

}  // namespace

bool ended_within(int steps, const std::function<void()>& prepare, const std::function<void()>& operation) {
  const int pid = platform::fork_process();
  if (pid == 0) run_child(prepare, operation);
  TracedChild child{pid};
  if (child.await_stop() != SIGSTOP) throw std::runtime_error("the child that was to be stepped was stopped by something else");
  for (; steps > 0; --steps) {
    child.step();
    const int signal = child.await_stop();
    if (signal == SIGSTOP) return true;
    if (signal != SIGTRAP) throw std::runtime_error("the child got signal " + std::to_string(signal) + " while it was stepped");
  }
  return false;
}

}  // namespace tandem::test
