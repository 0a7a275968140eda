#include "tandem/platform/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <stdexcept>

#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/spawn_child.hpp"

extern "C" char** environ;  // NOLINT: POSIX's name
// glibc's clone(2) under the name that ThreadSanitizer does not replace: what it does around a clone is made for a copy of the
// memory.
extern "C" int __clone(int (*run)(void*), void* stack, int flags, void* argument, ...);  // NOLINT: glibc's name

namespace tandem::platform {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// The child's, for as long as it needs one.
class Stack {
 public:
  Stack() : memory_{::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)} {
    if (memory_ == MAP_FAILED) throw_errno("mmap", "a stack for a child");
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { ::munmap(memory_, size); }

  void* top() const noexcept { return static_cast<std::byte*>(memory_) + size; }

 private:
  // The child's steps are known, and need a tenth of it even if the dynamic linker has to look up `syscall` for them: so no page
  // guards its end.
  static constexpr std::size_t size = 64 * 1024;
  void* memory_;
};

/// No signal is delivered to the calling thread, and what it starts begins so: a handler must not run in the child. Bare, as the
/// child's calls: this must keep off those signals, too, that the C library never blocks.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    constexpr SignalMask all = ~SignalMask{0};
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before_, sizeof(SignalMask));
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof(SignalMask)); }

  SignalMask before() const noexcept { return before_; }

 private:
  SignalMask before_ = 0;
};

std::vector<int> ascending(std::vector<int> fds) {
  std::ranges::sort(fds);
  fds.erase(std::ranges::unique(fds).begin(), fds.end());
  std::erase_if(fds, [](int fd) { return fd <= 2; });
  return fds;
}

template <class T>
const T* address_of(const std::optional<T>& value) noexcept {
  return value ? &*value : nullptr;
}

/// A process without stdin, say, must not take the child's descriptor for its own stdin.
Fd away_from_standard(Fd pidfd) {
  if (pidfd.get() > 2) return pidfd;
  try {
    return duplicate(pidfd.get());
  } catch (const std::exception&) {
    send_signal(pidfd, SIGKILL);
    reap_child(pidfd);
    throw;
  }
}

/// Starts the child and waits until it has begun its program or ended.
Spawned clone_child(SpawnChild& child) {
  const Stack stack;
  int pidfd = -1;
  int pid = -1;
  int error = 0;
  {
    const SignalsBlocked no_handlers;
    child.mask = child.restore_signals ? 0 : no_handlers.before();
    pid = ::__clone(run_spawn_child, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child, &pidfd);
    error = errno;
  }
  if (pid < 0) throw_error(error, "clone");
  return {pid, Fd{pidfd}};
}

}  // namespace

Spawned spawn(const SpawnPlan& plan) {
  if (plan.arguments.empty() || plan.files.empty()) throw std::invalid_argument("spawn: there is no program to start");
  const std::vector<char*> files = pointers_to(plan.files);
  const std::vector<char*> arguments = pointers_to(plan.arguments);
  const std::vector<char*> environment = plan.environment ? pointers_to(*plan.environment) : std::vector<char*>{};
  const std::vector<int> kept = ascending(plan.kept);
  const std::vector<unsigned>* const groups = address_of(plan.groups);
  SpawnChild child{
      .files = files.data(),
      .arguments = arguments.data(),
      .environment = plan.environment ? environment.data() : ::environ,
      .program = plan.program.c_str(),
      .standard = {plan.standard[0], plan.standard[1], plan.standard[2]},
      .folder = plan.folder.empty() ? nullptr : plan.folder.c_str(),
      .umask = address_of(plan.umask),
      .new_session = plan.new_session,
      .process_group = address_of(plan.process_group),
      .limits = plan.limits.data(),
      .limit_count = plan.limits.size(),
      .niceness = address_of(plan.niceness),
      .groups = groups != nullptr ? groups->data() : nullptr,
      .group_count = groups != nullptr ? groups->size() : 0,
      .set_groups = groups != nullptr,
      .group = address_of(plan.group),
      .user = address_of(plan.user),
      .kept = kept.data(),
      .kept_count = kept.size(),
      .close_others = plan.close_others,
      .restore_signals = plan.restore_signals,
      .mask = 0,
  };
  Spawned spawned = clone_child(child);
  if (child.failed_step != nullptr) {
    reap_child(spawned.pidfd);
    throw_error(child.error, child.failed_step, child.failed_subject);
  }
  spawned.pidfd = away_from_standard(std::move(spawned.pidfd));
  return spawned;
}

}  // namespace tandem::platform
