// Who forks is killed at each system call on the way: nothing is left in the arena, no process is left behind, and a child that
// came to run has what it was given.

#include <array>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/platform/pipe.hpp"
#include "tandem/shared/arena.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

/// A process that stops before it goes on with `operation`, and then at each system call's beginning and end.
class Traced {
 public:
  template <class F>
  explicit Traced(F operation)
      : process_{get_context<"fork">().Process([operation] {
          ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
          ::raise(SIGSTOP);
          operation();
          ::_exit(0);
        })} {
    process_.start();
    await_stop();
  }
  ~Traced() {
    if (!ended_) process_.kill();
    process_.join();
  }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;

  /// False if it has come to its end.
  bool go_on() {
    if (::ptrace(PTRACE_SYSCALL, process_.pid(), nullptr, nullptr) != 0) ADD_FAILURE() << "ptrace";
    await_stop();
    return !ended_;
  }

 private:
  void await_stop() {
    siginfo_t info{};
    const auto pid = static_cast<id_t>(process_.pid());
    if (::waitid(P_PID, pid, &info, WEXITED | WSTOPPED | WNOWAIT) != 0) ADD_FAILURE() << "waitid";
    ended_ = info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
    if (!ended_) ::waitid(P_PID, pid, &info, WSTOPPED);  // how it ended is the Process's to ask
  }

  Process process_;
  bool ended_ = false;
};

/// What is left of it all is counted.
class ForkKill : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Ways, ForkKill, ::testing::Values(false, true),
                         [](const auto& is_detached) { return is_detached.param ? "detach" : "start"; });

TEST_P(ForkKill, AnywhereLeavesNothing) {
  const bool is_detached = GetParam();
  auto& arena = shared::Arena::instance();
  Value<int> ran{0};
  Value<int> torn{0};
  int ran_last = 0;
  const auto objects = arena.objects();
  const auto processes = arena.processes();
  bool ended = false;
  int stops = 0;
  for (; !ended; ++stops) {
    SCOPED_TRACE("killed at stop " + std::to_string(stops));
    ASSERT_LT(stops, 2000);
    auto [alive, died] = platform::make_pipe();
    {
      // Nobody has `own` but the one that is killed, and its child. The child has the pipe's end as long as it lives.
      Traced victim{[&, read_end = alive.get()] {
        ::close(read_end);
        const auto own = shared::Object::make(shared::Kind::value);
        auto child = get_context<"fork">().Process([&] {
          parent_process()->join();
          // Its parent's row goes in a moment, and its own must not.
          const bool is_alone = test::eventually([&] { return arena.processes() <= processes + 1; });
          const shared::Life life = arena.life(own->reference().slot);
          const bool is_there = life.phase == shared::Life::Phase::live && life.generation == own->reference().generation;
          ran.update([](int& n) { ++n; });
          if (!is_alone || !is_there) torn.update([](int& n) { ++n; });
        });
        if (is_detached) {
          child.detach();
        } else {
          child.start();
        }
        ::_exit(0);
      }};
      died.reset();
      for (int i = 0; i < stops && !ended; ++i) ended = !victim.go_on();
    }
    char end = 0;
    ASSERT_EQ(::read(alive.get(), &end, 1), 0) << "all have ended";
    ASSERT_TRUE(test::eventually([&] { return arena.objects() == objects && arena.processes() == processes; }))
        << arena.objects() - objects << " objects and " << arena.processes() - processes << " processes are left";
    ran_last = ran.value();
  }
  EXPECT_GT(stops, 20);
  EXPECT_GE(ran_last, 1) << "once it was not killed";
  EXPECT_EQ(torn.value(), 0);
  RecordProperty("deaths", stops);
}

// The same from the other side: the child is killed wherever it has come to.
TEST(Fork, AChildKilledAtItsBeginningLeavesNothing) {
  auto& arena = shared::Arena::instance();
  const auto objects = arena.objects();
  const auto processes = arena.processes();
  {
    const Lock lock;
    for (int round = 0; round < 300; ++round) {
      auto child = get_context<"fork">().Process([&] { ::pause(); });
      child.start();
      for (int spin = 0; spin < round * 100; ++spin) static_cast<void>(lock.locked());
      child.kill();
      ASSERT_TRUE(child.join());
      ASSERT_EQ(child.exitcode(), -SIGKILL);
      ASSERT_EQ(arena.processes(), processes) << "who has waited for it finds its row struck out";
    }
  }
  EXPECT_EQ(arena.objects(), objects);
}

}  // namespace
}  // namespace tandem::multiprocessing
