#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "bench/idle_worker/contenders.hpp"
#include "bench/idle_worker/idle_setting.hpp"

namespace tandem::bench {
namespace {

/// Lives until it is killed.
class Child {
 public:
  Child() {
    std::array<int, 2> ends{};
    check(::pipe(ends.data()) == 0, "pipe");
    pid_ = ::fork();
    check(pid_ >= 0, "fork");
    char byte = 'x';
    if (pid_ == 0) {
      if (::write(ends[1], &byte, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    check(::read(ends[0], &byte, 1) == 1, "read");
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const noexcept { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace

double forked_children(const Order& order) {
  IdleSetting setting{order};
  setting.grow();
  const std::vector<Child> children(static_cast<std::size_t>(setting.workers()));
  std::vector<pid_t> pids;
  for (const Child& child : children) pids.push_back(child.pid());
  return setting.mean_memory(pids);
}

}  // namespace tandem::bench
