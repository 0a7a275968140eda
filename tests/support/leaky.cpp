// Tests that leak on purpose, one thing each, and twins of them that clean up. test_leak_check.py runs them and looks
// at what the fixture says; none of them is a ctest by itself.

#include <memory>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/platform/thread.hpp"
#include "tandem/shared/object.hpp"
#include "tandem/sync/local_futex.hpp"

namespace tandem::test {
namespace {

pid_t fork_child(bool stays) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // so that even this child does not outlive the program
    if (::getppid() != parent) ::_exit(1);
    while (stays) ::pause();
    ::_exit(0);
  }
  return child;
}

void end_child(pid_t child) {
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
}

std::thread sleeper(std::mutex& held) {
  return std::thread{[&held] {
    platform::set_thread_name("sleeper");
    const std::scoped_lock hold{held};
  }};
}

TEST(Leaky, Child) { ASSERT_GT(fork_child(true), 0); }

TEST(Leaky, Zombie) {
  const pid_t child = fork_child(false);
  ASSERT_GT(child, 0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
}

TEST(Leaky, Descriptor) { ASSERT_GE(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0); }

TEST(Leaky, SharedObject) {
  static std::shared_ptr<shared::Object> never_dropped;
  never_dropped = shared::Object::make(shared::Kind::lock);
}

TEST(Leaky, Thread) {
  static std::mutex never_released;
  never_released.lock();
  sleeper(never_released).detach();
}

TEST(Leaky, Waiter) {
  static sync::Word word{0};
  static sync::Waiter waiter{[](sync::Waiter&) noexcept {}};
  ASSERT_TRUE(sync::LocalFutex::enqueue(waiter, {&word, 0, Deadline::never()}));
}

class LeakySuite : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_GE(::open("/dev/zero", O_RDONLY | O_CLOEXEC), 0); }
};
TEST_F(LeakySuite, Innocent) {}

TEST(Tidy, Child) { end_child(fork_child(true)); }

TEST(Tidy, Descriptor) { ASSERT_EQ(::close(::open("/dev/null", O_RDONLY | O_CLOEXEC)), 0); }

TEST(Tidy, Thread) {
  std::mutex gate;
  gate.lock();
  std::thread thread = sleeper(gate);
  gate.unlock();
  thread.join();
}

TEST(Tidy, Waiter) {
  sync::Word word{0};
  sync::Waiter waiter{[](sync::Waiter&) noexcept {}};
  ASSERT_TRUE(sync::LocalFutex::enqueue(waiter, {&word, 0, Deadline::never()}));
  ASSERT_EQ(sync::LocalFutex::wake(word, 1), 1U);
}

}  // namespace
}  // namespace tandem::test
