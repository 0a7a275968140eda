#include "tandem/platform/spawn_child.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

// The child shares the memory of this process until it executes its program, as after vfork(2), and the calling thread waits until
// then. So nothing is copied, and what the child writes, the parent reads. In return the child may do very little: system calls, on
// memory that was made ready for it. Its stack is one of its own. The descriptors, the folder, the umask, the signals' actions and
// the credentials are copies: what it changes of those is its own business.
//
// The calls are bare. Those of the C library would set the credentials in all threads that it knows, the parent's; and a sanitizer
// has put others in the place of sigaction, close or dup2, which note for the parent what the child has done. For the same reason
// the child touches nothing but numbers and pointers: what a class inlines is sanitized, too.

/// The argument of the bare rt_sigaction.
struct SignalAction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  SignalMask mask;
};

// A child never returns from here, which would confuse those who keep account of calls.
#if __has_cpp_attribute(clang::disable_sanitizer_instrumentation)
#define TANDEM_IN_CHILD [[clang::disable_sanitizer_instrumentation]]
#else
#define TANDEM_IN_CHILD [[gnu::no_sanitize_address, gnu::no_sanitize_thread, gnu::no_sanitize_undefined]]
#endif

class ChildSteps {
 public:
  TANDEM_IN_CHILD explicit ChildSteps(SpawnChild& child) noexcept : child_{child} {}

  /// False if a step failed, which is noted then; does not return otherwise.
  TANDEM_IN_CHILD bool run() noexcept {
    return reset_signals() && set_standard_descriptors() && set_surroundings() && set_job() && set_limits() && set_credentials() &&
           close_descriptors() && set_signal_mask() && execute();
  }

 private:
  TANDEM_IN_CHILD bool check(long result, const char* step, const char* subject = "") noexcept {
    if (result != -1) return true;
    child_.error = errno;
    child_.failed_step = step;
    child_.failed_subject = subject;
    return false;
  }

  /// A handler would run in the parent's memory.
  TANDEM_IN_CHILD bool reset_signals() noexcept {
    for (int signal = 1; signal < NSIG; ++signal) {
      SignalAction action;
      if (!check(::syscall(SYS_rt_sigaction, signal, nullptr, &action, sizeof(SignalMask)), "rt_sigaction")) return false;
      const bool restore = child_.restore_signals && (signal == SIGPIPE || signal == SIGXFSZ);
      if (action.handler == SIG_DFL || (action.handler == SIG_IGN && !restore)) continue;
      action = {SIG_DFL, 0, nullptr, 0};
      if (!check(::syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof(SignalMask)), "rt_sigaction")) return false;
    }
    return true;
  }

  /// First out of the way of each other, then to their places.
  TANDEM_IN_CHILD bool set_standard_descriptors() noexcept {
    constexpr const char* which = "a standard descriptor";
    int(&from)[3] = child_.standard;
    for (int target = 0; target < 3; ++target) {
      if (from[target] < 0 || from[target] > 2 || from[target] == target) continue;
      from[target] = static_cast<int>(::syscall(SYS_fcntl, from[target], F_DUPFD_CLOEXEC, 3));
      if (!check(from[target], "fcntl", which)) return false;
    }
    for (int target = 0; target < 3; ++target) {
      if (from[target] == target) {
        if (!check(::syscall(SYS_fcntl, target, F_SETFD, 0), "fcntl", which)) return false;
      } else if (from[target] < 0) {
        ::syscall(SYS_close, target);
      } else if (!check(::syscall(SYS_dup2, from[target], target), "dup2", which)) {
        return false;
      }
    }
    return true;
  }

  TANDEM_IN_CHILD bool set_surroundings() noexcept {
    if (child_.folder != nullptr && !check(::syscall(SYS_chdir, child_.folder), "chdir", child_.folder)) return false;
    if (child_.umask != nullptr) ::syscall(SYS_umask, *child_.umask);
    return true;
  }

  TANDEM_IN_CHILD bool set_job() noexcept {
    if (child_.new_session && !check(::syscall(SYS_setsid), "setsid")) return false;
    return child_.process_group == nullptr || check(::syscall(SYS_setpgid, 0, *child_.process_group), "setpgid");
  }

  TANDEM_IN_CHILD bool set_limits() noexcept {
    for (const SpawnLimit* limit = child_.limits; limit != child_.limits + child_.limit_count; ++limit) {
      if (!check(::syscall(SYS_prlimit64, 0, limit->first, &limit->second, nullptr), "setrlimit")) return false;
    }
    return child_.niceness == nullptr || check(::syscall(SYS_setpriority, PRIO_PROCESS, 0, *child_.niceness), "setpriority");
  }

  /// The user last, who may not be allowed the rest.
  TANDEM_IN_CHILD bool set_credentials() noexcept {
    if (child_.set_groups && !check(::syscall(SYS_setgroups, child_.group_count, child_.groups), "setgroups")) return false;
    if (const unsigned* const id = child_.group; id != nullptr && !check(::syscall(SYS_setresgid, *id, *id, *id), "setgid"))
      return false;
    const unsigned* const id = child_.user;
    return id == nullptr || check(::syscall(SYS_setresuid, *id, *id, *id), "setuid");
  }

  TANDEM_IN_CHILD bool close_descriptors() noexcept {
    int first = 3;
    for (const int* fd = child_.kept; fd != child_.kept + child_.kept_count; ++fd) {
      if (*fd > first && !close_range(first, static_cast<unsigned>(*fd) - 1)) return false;
      first = *fd + 1;
      if (!check(::syscall(SYS_fcntl, *fd, F_SETFD, 0), "fcntl", "a descriptor that is to be passed on")) return false;
    }
    return close_range(first, ~0U);
  }
  TANDEM_IN_CHILD bool close_range(int first, unsigned last) noexcept {
    return !child_.close_others || check(::syscall(SYS_close_range, first, last, 0), "close_range");
  }

  /// What came since the beginning takes its course now.
  TANDEM_IN_CHILD bool set_signal_mask() noexcept {
    return check(::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &child_.mask, nullptr, sizeof(SignalMask)), "rt_sigprocmask");
  }

  /// Says why the first file that is there could not be executed, if one was there.
  TANDEM_IN_CHILD bool execute() noexcept {
    int error = 0;
    for (char* const* file = child_.files; *file != nullptr; ++file) {
      ::syscall(SYS_execve, *file, child_.arguments, child_.environment);
      if (error == 0 && errno != ENOENT && errno != ENOTDIR) error = errno;
    }
    if (error != 0) errno = error;
    return check(-1, "execve", child_.program);
  }

  SpawnChild& child_;
};

}  // namespace

TANDEM_IN_CHILD int run_spawn_child(void* child) noexcept {
  ChildSteps{*static_cast<SpawnChild*>(child)}.run();
  ::syscall(SYS_exit_group, 127);  // with no call that does not return, which sanitizers prepare for
  return 127;
}
#undef TANDEM_IN_CHILD

}  // namespace tandem::platform
