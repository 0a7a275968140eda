#include "tandem/platform/process_id.hpp"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/platform/process.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::platform {
namespace {

/// A child that sleeps until it is killed, and what it called itself.
class Sleeper {
 public:
  Sleeper() {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    pid_ = fork_process();
    if (pid_ == 0) {
      const ProcessId self = this_process();
      if (::write(ends[1], &self, sizeof self) != sizeof self) exit_now(1);
      for (;;) ::pause();
    }
    if (::read(ends[0], &id_, sizeof id_) != sizeof id_) std::abort();
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Sleeper() {
    if (pid_ > 0) kill_child(pid_);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  ProcessId id() const { return id_; }
  int pid() const { return pid_; }
  void kill() {
    kill_child(pid_);
    pid_ = 0;
  }

 private:
  int pid_ = 0;
  ProcessId id_;
};

TEST(ProcessIdTest, IsTheCallersAndOneForAllItsThreads) {
  const ProcessId self = this_process();
  EXPECT_EQ(self.pid, static_cast<std::uint32_t>(::getpid()));
  EXPECT_NE(self.birth, 0U);
  std::thread{[&] { EXPECT_EQ(this_process(), self); }}.join();
  EXPECT_FALSE(has_ended(self));
}

TEST(ProcessIdTest, IsAnotherInAForkedChild) {
  const Sleeper child;
  EXPECT_EQ(child.id().pid, static_cast<std::uint32_t>(child.pid()));
  EXPECT_NE(child.id(), this_process());
}

TEST(ProcessIdTest, HasEndedWhenItWasReaped) {
  Sleeper child;
  EXPECT_FALSE(has_ended(child.id()));
  child.kill();
  EXPECT_TRUE(has_ended(child.id()));
}

TEST(ProcessIdTest, HasEndedAsAZombie) {
  const Sleeper child;
  ::kill(child.pid(), SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(has_ended(child.id()));
}

TEST(ProcessIdTest, HasNotEndedWhenItIsStopped) {
  const Sleeper child;
  ::kill(child.pid(), SIGSTOP);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.pid()), &info, WSTOPPED), 0);
  EXPECT_FALSE(has_ended(child.id()));
}

TEST(ProcessIdTest, IsNotWhoeverHasItsPidLater) {
  const Sleeper child;
  EXPECT_TRUE(has_ended({child.id().pid, child.id().birth + 1}));
  EXPECT_FALSE(has_ended({child.id().pid, 0})) << "nobody knows when that one was born, so nothing is proven";
}

}  // namespace
}  // namespace tandem::platform
