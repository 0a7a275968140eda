// The life of a program that runs beside this one.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/multiprocessing/forked_child.hpp"
#include "tests/subprocess/in_a_fork.hpp"
#include "tests/subprocess/programs.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/press_when_asleep.hpp"
#include "tests/sync/interrupt_support.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using namespace subprocess;  // NOLINT: what is tested

/// 'Z' for a zombie; ' ' if there is no such process.
char state_of(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto name_end = text.rfind(')');
  return name_end == std::string::npos ? ' ' : text[name_end + 2];
}

/// It says "ready" once it has arranged to do that about SIGTERM.
Popen ready_on_term(const std::string& action) {
  Popen program{{"trap '" + action + "' TERM; echo ready; while :; do sleep 0.01; done"}, {.stdout = PIPE, .shell = true}};
  EXPECT_EQ(program.stdout().readline(20s), "ready\n");
  return program;
}

TEST(Popen, FromStartToEnd) {
  Popen program{{"sh", "-c", "read -r line; exit 7"}, {.stdin = PIPE}};
  EXPECT_EQ(program.args(), (Command{"sh", "-c", "read -r line; exit 7"}));
  EXPECT_GT(program.pid(), 0);
  EXPECT_EQ(program.poll(), std::nullopt);
  EXPECT_EQ(program.returncode(), std::nullopt);
  EXPECT_EQ(program.try_wait(Deadline::passed()), std::nullopt);
  EXPECT_EQ(program.try_wait(10ms), std::nullopt);
  EXPECT_THROW(program.wait(10ms), TimeoutExpired);
  program.stdin().close();
  EXPECT_EQ(program.wait(20s), 7);
  EXPECT_EQ(program.returncode(), 7);
  EXPECT_EQ(program.poll(), 7);
  EXPECT_EQ(program.wait(Deadline::passed()), 7);
  program.kill();  // nobody
  program.send_signal(SIGTERM);
}

TEST(Popen, SentinelCanBePolled) {
  Popen program{{"cat"}, {.stdin = PIPE}};
  pollfd entry{program.sentinel(), POLLIN, 0};
  EXPECT_EQ(::poll(&entry, 1, 0), 0);
  program.stdin().close();
  EXPECT_EQ(::poll(&entry, 1, 20'000), 1);
  EXPECT_EQ(program.returncode(), std::nullopt) << "nobody has asked";
  EXPECT_EQ(program.poll(), 0);
}

TEST(Popen, Signals) {
  Popen killed{{"sleep", "1000"}};
  killed.kill();
  EXPECT_EQ(killed.wait(20s), -SIGKILL);
  Popen asked = ready_on_term("exit 9");
  asked.terminate();
  EXPECT_EQ(asked.wait(20s), 9);
  Popen stopped{{"cat"}, {.stdin = PIPE}};
  stopped.send_signal(SIGSTOP);
  EXPECT_TRUE(eventually([&] { return state_of(stopped.pid()) == 'T'; }));
  EXPECT_EQ(stopped.poll(), std::nullopt);
  stopped.send_signal(SIGCONT);
  stopped.stdin().close();
  EXPECT_EQ(stopped.wait(20s), 0);
  Popen sleeps{{"sleep", "1000"}};
  expect_thrown<std::system_error>([&] { sleeps.send_signal(12345); }, "pidfd_send_signal", EINVAL);
}

TEST(Popen, MovesAndTheAssignedToEnds) {
  Popen first{{"sleep", "1000"}};
  const int first_pid = first.pid();
  Popen second{{"cat"}, {.stdin = PIPE}};
  const int second_pid = second.pid();
  first = std::move(second);
  EXPECT_EQ(state_of(first_pid), ' ');
  EXPECT_EQ(first.pid(), second_pid);
  Popen third{std::move(first)};
  third.stdin().close();
  EXPECT_EQ(third.wait(20s), 0);
}

TEST(Popen, TheDestructorAsksThenKills) {
  int polite = 0;
  int stubborn = 0;
  {
    Popen program = ready_on_term("exit 0");
    polite = program.pid();
  }
  EXPECT_EQ(state_of(polite), ' ');
  {
    Popen program = ready_on_term("");
    stubborn = program.pid();
  }
  EXPECT_EQ(state_of(stubborn), ' ');
}

TEST(Popen, DetachedOnesAreReapedWhenTheNextIsStarted) {
  std::optional<Popen> program{std::in_place, Command{"cat"}, Options{.stdin = PIPE}};
  const int pid = program->pid();
  const int end = ::dup(program->stdin().fileno());
  program->detach();
  program.reset();
  run({"true"});
  EXPECT_TRUE(state_of(pid) == 'S' || state_of(pid) == 'R') << "it runs on";
  ::close(end);
  ASSERT_TRUE(eventually([&] { return state_of(pid) == 'Z'; }));
  run({"true"});
  EXPECT_EQ(state_of(pid), ' ');
}

TEST(Popen, ManyThreadsWaitForOne) {
  Popen program{{"sh", "-c", "read -r line; exit 5"}, {.stdin = PIPE}};
  std::vector<std::jthread> waiters;
  for (int i = 0; i < 16; ++i) {
    waiters.emplace_back([&program, i] {
      if (i % 2 == 0) {
        EXPECT_EQ(program.wait(), 5);
      } else {
        while (!program.poll()) std::this_thread::yield();
        EXPECT_EQ(program.returncode(), 5);
      }
    });
  }
  program.stdin().close();
}

TEST(Popen, ManyAtOnce) {
  std::vector<std::jthread> starters;
  for (int i = 0; i < 8; ++i) {
    starters.emplace_back([i] {
      for (int round = 0; round < 20; ++round) {
        const std::string data = std::to_string(i * 1000 + round);
        EXPECT_EQ(check_output({"cat"}, {.input = data}), data);
        EXPECT_THROW(Popen{{"/no/such/program"}}, std::system_error);
      }
    });
  }
}

TEST(Popen, NobodyElsesChildrenAreTouched) {
  Child somebody{[] { return 3; }};
  ASSERT_TRUE(eventually([&] { return state_of(somebody.pid()) == 'Z'; }));
  run({"true"});
  Popen{{"sleep", "1000"}}.kill();
  EXPECT_EQ(state_of(somebody.pid()), 'Z');
  EXPECT_EQ(somebody.wait(), 3);
}

TEST(Popen, WhoIsWaitedForBySomebodyElseIsLost) {
  Popen program{{"true"}};
  ASSERT_EQ(::waitpid(program.pid(), nullptr, 0), program.pid());
  const std::string begin = "nobody knows how the process " + std::to_string(program.pid()) + " (true) ended";
  expect_thrown<SubprocessError>([&] { program.wait(); }, begin);
  expect_thrown<SubprocessError>([&] { program.poll(); }, begin);
  expect_thrown<SubprocessError>([&] { static_cast<void>(program.returncode()); }, begin);
  program.kill();
}

TEST(Popen, IgnoringSigchldIsSaid) {
  in_a_fork([] {
    std::signal(SIGCHLD, SIG_IGN);
    Popen program{{"cat"}, {.stdin = PIPE, .stdout = PIPE}};
    EXPECT_EQ(program.poll(), std::nullopt);
    EXPECT_THROW(program.communicate("x", 20s), SubprocessError);
    EXPECT_THROW(run({"true"}), SubprocessError);
    EXPECT_THROW(Popen{{"/no/such/program"}}, std::system_error) << "this is known all the same";
    { Popen left{{"sleep", "1000"}}; }
  });
}

TEST(Popen, AForkedCopyLeavesTheProgramAlone) {
  std::optional<Popen> program{std::in_place, Command{"cat"}, Options{.stdin = PIPE}};
  Child copy{[&] {
    program.reset();
    return 0;
  }};
  EXPECT_EQ(copy.wait(), 0);
  EXPECT_EQ(program->poll(), std::nullopt);
  program->stdin().close();
  EXPECT_EQ(program->wait(20s), 0);
}

class PopenInterrupted : public InterruptTest {};

TEST_F(PopenInterrupted, CtrlCEndsTheWaits) {
  Popen program{{"sleep", "1000"}, {.stdin = PIPE, .stdout = PIPE}};
  expect_thrown_at_once([&] { return program.wait(); });
  expect_thrown_at_once([&] { return program.try_wait(1000s); });
  expect_thrown_at_once([&] { return program.communicate(); });
  expect_thrown_at_once([&] { return program.stdout().read(); });
  expect_thrown_at_once([&] { return program.stdout().readline(); });
  Popen reads_nothing{{"sleep", "1000"}, {.stdin = PIPE}};
  expect_thrown_at_once([&] { reads_nothing.stdin().write(std::string(1'000'000, 'x')); });
  EXPECT_EQ(program.poll(), std::nullopt) << "it was not sent to the programs";
}

TEST_F(PopenInterrupted, CtrlCComesThroughOutputWithoutEnd) {
  Popen yes{{"yes"}, {.stdout = PIPE}};
  expect_thrown_at_once([&] { return yes.stdout().read(); });
  expect_thrown_at_once([&] { return yes.communicate(); });
}

TEST_F(PopenInterrupted, WhileItSleeps) {
  Popen program{{"sleep", "1000"}};
  const PressWhenAsleep presser;
  EXPECT_THROW(program.wait(), KeyboardInterrupt);
}

TEST_F(PopenInterrupted, RunGivesTheProgramTimeToEndAndEndsItThen) {
  press();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THROW(run({"sleep", "1000"}), KeyboardInterrupt);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 250ms);
}

}  // namespace
}  // namespace tandem::test
