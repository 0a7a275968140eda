#include "tandem/multiprocessing/process.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/fd.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;
using platform::Fd;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    read = Fd{ends[0]};
    write = Fd{ends[1]};
  }
  /// All that is written until every writing end is closed.
  std::string text() {
    write.reset();
    std::string all;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = ::read(read.get(), buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  Fd read, write;
};

void say(const Fd& to, std::string text) {
  ASSERT_EQ(::write(to.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

void nothing() {}
void sleep_long() { std::this_thread::sleep_for(60s); }
void sleep_ignoring_sigterm(Fd ready) {
  ::signal(SIGTERM, SIG_IGN);
  say(ready, "x");
  sleep_long();
}

/// Runs it in a process of its own, and gives what that writes into the pipe.
template <class F, class... Args>
std::string told_by(F fn, Args... args) {
  Pipe pipe;
  Process process{fn, platform::duplicate(pipe.write.get()), args...};
  process.start();
  const std::string text = pipe.text();
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
  return text;
}

/// All that a Process promises holds under every start method, in the processes' own children too.
class ProcessTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  ProcessTest() { set_start_method(GetParam(), true); }
  ~ProcessTest() override { set_start_method("forkserver", true); }
  /// The process is a copy of the test itself then, and its child in the eyes of the kernel.
  static bool is_fork() { return GetParam() == "fork"; }
};
INSTANTIATE_TEST_SUITE_P(StartMethods, ProcessTest, ::testing::Values("forkserver", "spawn", "fork"),
                         [](const auto& method) { return std::string{method.param}; });

TEST_P(ProcessTest, RunsItsFunctionInAnotherProcess) {
  const std::string pid = told_by([](Fd out) { say(out, std::to_string(::getpid())); });
  EXPECT_FALSE(pid.empty());
  EXPECT_NE(pid, std::to_string(::getpid()));
}

TEST_P(ProcessTest, GetsItsArguments) {
  const auto text = told_by([](Fd out, std::string a, int b,
                               std::vector<double> c) { say(out, a + "," + std::to_string(b) + "," + std::to_string(c.size())); },
                            "hello", -7, std::vector{1.0, 2.0});
  EXPECT_EQ(text, "hello,-7,2");
}

TEST_P(ProcessTest, ReturnsWithExitCode0) {
  Process process{nothing};
  EXPECT_EQ(process.exitcode(), std::nullopt);
  EXPECT_FALSE(process.is_alive());
  process.start();
  EXPECT_TRUE(process.join());
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_FALSE(process.is_alive());
}

TEST_P(ProcessTest, AnExceptionIsPrintedAndIsExitCode1) {
  ::testing::internal::CaptureStderr();
  Process process{[] { throw std::out_of_range{"no such page"}; }};
  process.name("reader");
  process.start();
  process.join();
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(process.exitcode(), 1);
  EXPECT_NE(text.find("reader"), std::string::npos) << text;
  EXPECT_NE(text.find("std::out_of_range: no such page"), std::string::npos) << text;
}

TEST_P(ProcessTest, ExitGivesItsCode) {
  Process process{[](int code) { std::exit(code); }, 42};
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 42);
}

TEST_P(ProcessTest, ASignalIsANegativeExitCode) {
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV}) {
    Process process{[](int n) {
                      ::signal(n, SIG_DFL);
                      ::raise(n);
                    },
                    signal};
    process.start();
    process.join();
    EXPECT_EQ(process.exitcode(), -signal);
  }
}

TEST_P(ProcessTest, KillTerminateAndInterruptEndIt) {
  for (const auto& [end, code] :
       {std::pair{&ProcessHandle::kill, -SIGKILL}, {&ProcessHandle::terminate, -SIGTERM}, {&ProcessHandle::interrupt, -SIGINT}}) {
    Process process{sleep_long};
    process.start();
    EXPECT_TRUE(process.is_alive());
    EXPECT_EQ(process.exitcode(), std::nullopt);
    (process.*end)();
    EXPECT_TRUE(process.join(20s));
    EXPECT_EQ(process.exitcode(), code);
    (process.*end)();  // no matter
  }
}

// The process may not have got further than to exist.
TEST_P(ProcessTest, ASignalRightAfterTheStartIsNotLost) {
  for (int round = 0; round < 200; ++round) {
    Process process{sleep_long};
    process.start();
    process.terminate();
    ASSERT_TRUE(process.join(20s));
    ASSERT_EQ(process.exitcode(), -SIGTERM);
  }
}

TEST_P(ProcessTest, JoinGivesUpAtItsTimeAndNotBefore) {
  Process process{sleep_long};
  process.start();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(process.join(30ms));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
  EXPECT_FALSE(process.join(0ms));
  process.kill();
  EXPECT_TRUE(process.join());
  EXPECT_TRUE(process.join());
}

TEST_P(ProcessTest, StopEndsAJoin) {
  Process process{sleep_long};
  process.start();
  std::stop_source source;
  std::jthread stopper{[&source] { source.request_stop(); }};
  EXPECT_FALSE(process.join(source.get_token()));
  EXPECT_FALSE(process.join(std::stop_source{}.get_token(), 1ms)) << "or the deadline";
  process.kill();
  EXPECT_TRUE(process.join(std::stop_source{}.get_token()));
}

TEST_P(ProcessTest, StopEndsAJoinOfTheParent) {
  const auto join_parent = [](Fd out) {
    std::stop_source source;
    source.request_stop();
    say(out, parent_process()->join(source.get_token()) || parent_process()->join(1ms) ? "it has ended" : "it lives");
  };
  EXPECT_EQ(told_by(join_parent), "it lives");
}

TEST_P(ProcessTest, SeveralThreadsMayJoinIt) {
  Process process{[] { std::this_thread::sleep_for(50ms); }};
  process.start();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_TRUE(process.join(20s)); });
  threads.clear();
  EXPECT_EQ(process.exitcode(), 0);
}

TEST_P(ProcessTest, TheSentinelCanBePolledForItsEnd) {
  Process process{sleep_long};
  process.start();
  pollfd polled{process.sentinel(), POLLIN, 0};
  EXPECT_EQ(::poll(&polled, 1, 0), 0);
  process.kill();
  EXPECT_EQ(::poll(&polled, 1, 20'000), 1);
  process.join();
}

TEST_P(ProcessTest, NamesAreNumberedUnlessGiven) {
  Process first{nothing};
  Process second{nothing};
  EXPECT_EQ(first.name().rfind("Process-", 0), 0U);
  EXPECT_NE(first.name(), second.name());
  second.name("loader");
  EXPECT_EQ(second.name(), "loader");
}

TEST_P(ProcessTest, KnowsItselfAndItsParent) {
  Pipe pipe;
  Process process{[](Fd out) {
                    const auto self = current_process();
                    const auto parent = parent_process();
                    say(out, self.name() + " " + std::to_string(self.pid()) + " " + std::to_string(self.daemon()) + " " +
                                 parent->name() + " " + std::to_string(parent->pid()) + " " + std::to_string(parent->is_alive()) +
                                 " " + std::to_string(::getppid()));
                  },
                  platform::duplicate(pipe.write.get())};
  process.name("child");
  process.start();
  const std::string expected = "child " + std::to_string(process.pid()) + " 0 MainProcess " + std::to_string(::getpid()) + " 1 " +
                               std::to_string(is_fork() ? ::getpid() : zygote::pid());
  EXPECT_EQ(pipe.text(), expected);
  process.join();
  EXPECT_EQ(current_process().name(), "MainProcess");
  EXPECT_EQ(current_process().pid(), ::getpid());
  EXPECT_FALSE(parent_process().has_value());
}

TEST_P(ProcessTest, ItsCommandLineShowsItsName) {
  Pipe pipe;
  Process process{[](Fd ready) {
                    say(ready, "x");
                    sleep_long();
                  },
                  platform::duplicate(pipe.write.get())};
  process.name("a name of some length");
  process.start();
  char ready = 0;
  ASSERT_EQ(::read(pipe.read.get(), &ready, 1), 1);
  std::ifstream file{"/proc/" + std::to_string(process.pid()) + (is_fork() ? "/comm" : "/cmdline")};
  std::string line;
  std::getline(file, line, is_fork() ? '\n' : '\0');
  // Main's arguments, in whose place it stands elsewhere, are memory that a forked process has as it was.
  EXPECT_EQ(line, is_fork() ? "a name of some " : "tandem: a name of some length");
  process.kill();
  process.join();
}

TEST_P(ProcessTest, FindsWhatAForkWouldHaveGivenIt) {
  const test::TempDir dir;
  const std::string before = std::filesystem::current_path();
  ASSERT_EQ(::chdir(dir.path().c_str()), 0);
  const mode_t mask = ::umask(027);
  ::setenv("TANDEM_TEST_COLOUR", "green", 1);
  const auto text = told_by([](Fd out) {
    std::ofstream{"made"} << "x";
    say(out, std::string{::getenv("TANDEM_TEST_COLOUR")} + (::getenv("PATH") != nullptr ? " path" : ""));
  });
  ::unsetenv("TANDEM_TEST_COLOUR");
  ::umask(mask);
  ASSERT_EQ(::chdir(before.c_str()), 0);
  EXPECT_EQ(text, "green path");
  struct stat made {};
  ASSERT_EQ(::stat((dir.path() / "made").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0640U);
}

// In CPython sys.stdin is /dev/null there; descriptor 0 is what it is here.
TEST_P(ProcessTest, ReadsFromTheStandardInputThatItsStarterHad) {
  Pipe in;
  Pipe out;
  const Fd before{::dup(0)};
  ASSERT_TRUE(before);
  Process process{[](Fd to) {
                    std::array<char, 16> line{};
                    const auto size = ::read(0, line.data(), line.size());
                    say(to, "read " + std::string{line.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
                  },
                  platform::duplicate(out.write.get())};
  ASSERT_EQ(::dup2(in.read.get(), 0), 0);
  process.start();
  ASSERT_EQ(::dup2(before.get(), 0), 0);
  say(in.write, "a line");
  EXPECT_EQ(out.text(), "read a line");
  process.join();
}

TEST_P(ProcessTest, HasNoDescriptorOfTheProgramButTheStandardOnes) {
  const Pipe ours;
  const auto text = told_by([](Fd out) {
    std::string list;
    for (int fd = 3; fd < 200; ++fd) {
      std::array<char, 256> target{};
      const std::string link = "/proc/self/fd/" + std::to_string(fd);
      if (::readlink(link.c_str(), target.data(), target.size() - 1) < 0 || fd == out.get()) continue;
      list += std::string{target.data()} + "\n";
    }
    say(out, list);
  });
  if (is_fork()) {  // it has all of them, and no more
    EXPECT_NE(text.find("pipe:"), std::string::npos) << text;
    return;
  }
  // What belongs to tandem: the way to the fork server, the parent's pidfd, and the arena.
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const bool is_ours =
        line.rfind("socket:", 0) == 0 || line.find("pidfd") != std::string::npos || line.find("tandem arena") != std::string::npos;
    EXPECT_TRUE(is_ours) << line;
  }
}

TEST_P(ProcessTest, MayHaveChildrenOfItsOwn) {
  const auto text = told_by([](Fd out) {
    Process grandchild{[](Fd to) { say(to, current_process().name() + " of " + parent_process()->name()); },
                       platform::duplicate(out.get())};
    grandchild.start();
    grandchild.join();
    say(out, grandchild.exitcode() == 0 ? "!" : "?");
  });
  EXPECT_TRUE(text.find(":1 of Process-") != std::string::npos && text.back() == '!') << text;
}

TEST_P(ProcessTest, ADaemonMayNotHaveChildren) {
  Pipe pipe;
  Process daemon{[](Fd out) {
                   try {
                     Process child{nothing};
                     child.start();
                   } catch (const std::logic_error& refusal) {
                     say(out, refusal.what());
                   }
                 },
                 platform::duplicate(pipe.write.get())};
  daemon.daemon(true);
  EXPECT_TRUE(daemon.daemon());
  daemon.start();
  EXPECT_NE(pipe.text().find("daemons may not have children"), std::string::npos);
  daemon.join();
}

// Python refuses: there the workers, its children, would be left behind by its end. Here they end with it, whatever ends it.
TEST_P(ProcessTest, ADaemonMayHaveAPool) {
  Queue<int> said;
  Process daemon{[](Queue<int> out) {
                   futures::ProcessPoolExecutor pool{{.max_workers = 1, .mp_context = get_context<"forkserver">()}};
                   out.put(pool.submit([](int n) { return n + 1; }, 41).result());
                   out.put(pool.worker_pids().at(0));
                   sleep_long();
                 },
                 said};
  daemon.daemon(true);
  daemon.start();
  ASSERT_EQ(said.get(20s), 42);
  const int worker = said.get(20s);
  EXPECT_EQ(::kill(worker, 0), 0);
  daemon.kill();
  daemon.join();
  EXPECT_TRUE(test::eventually([&] { return ::kill(worker, 0) == -1; }));
}

TEST_P(ProcessTest, ADaemonIsEndedByTheDestructor) {
  int pid = 0;
  {
    Process daemon{sleep_long};
    daemon.daemon(true);
    daemon.start();
    pid = daemon.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_P(ProcessTest, ADaemonThatWillNotEndIsKilled) {
  Pipe pipe;
  Process daemon{sleep_ignoring_sigterm, platform::duplicate(pipe.write.get())};
  daemon.daemon(true);
  daemon.start();
  char ready = 0;
  ASSERT_EQ(::read(pipe.read.get(), &ready, 1), 1);
  const ProcessHandle handle = daemon;
  daemon = Process{nothing};
  EXPECT_EQ(handle.exitcode(), -SIGKILL);
}

TEST_P(ProcessTest, MisuseIsRefusedWithTheRule) {
  Process process{nothing};
  EXPECT_THROW(process.join(), std::logic_error);
  EXPECT_THROW(process.pid(), std::logic_error);
  EXPECT_THROW(process.sentinel(), std::logic_error);
  EXPECT_THROW(process.kill(), std::logic_error);
  process.start();
  EXPECT_THROW(process.start(), std::logic_error);
  EXPECT_THROW(process.daemon(true), std::logic_error);
  process.join();
  EXPECT_THROW(process.start(), std::logic_error);
}

TEST_P(ProcessTest, CloseIsForWhatHasEnded) {
  Process process{sleep_long};
  process.name("closed");
  process.start();
  EXPECT_THROW(process.close(), std::invalid_argument);
  process.kill();
  process.join();
  process.close();
  process.close();
  EXPECT_THROW(process.exitcode(), std::invalid_argument);
  EXPECT_THROW(process.is_alive(), std::invalid_argument);
  EXPECT_THROW(process.pid(), std::invalid_argument);
  EXPECT_THROW(process.sentinel(), std::invalid_argument);
  EXPECT_THROW(process.kill(), std::invalid_argument);
  EXPECT_THROW(process.join(), std::invalid_argument);
  EXPECT_THROW(process.start(), std::invalid_argument);
  EXPECT_THROW(process.detach(), std::invalid_argument);
  EXPECT_EQ(process.name(), "closed");
  Process never{nothing};
  never.close();
  EXPECT_THROW(never.start(), std::invalid_argument);
}

TEST_P(ProcessTest, ActiveChildrenAreThoseThatRun) {
  Process one{sleep_long};
  Process two{sleep_long};
  one.start();
  two.start();
  auto all = active_children();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], one);
  EXPECT_EQ(all[1].pid(), two.pid());
  for (const auto& child : all) child.kill();
  one.join();
  two.join();
  EXPECT_TRUE(active_children().empty());
}

TEST_P(ProcessTest, MayBeMoved) {
  Process process{sleep_long};
  process.start();
  const int pid = process.pid();
  std::vector<Process> all;
  all.push_back(std::move(process));
  EXPECT_EQ(all[0].pid(), pid);
  all[0].kill();
  all[0].join();
}

TEST_P(ProcessTest, ATemporaryIsKept) {
  Pipe pipe;
  Process{[](Fd out) { say(out, "done"); }, platform::duplicate(pipe.write.get())}.start();
  EXPECT_EQ(pipe.text(), "done");
  EXPECT_TRUE(test::eventually([] { return active_children().empty(); }));
}

TEST_P(ProcessTest, AStrangersProcessIsRefused) {
  Process process{sleep_long};
  process.start();
  const int pid = ::fork();
  if (pid == 0) {
    try {
      process.join();
    } catch (const std::logic_error&) {
      ::_exit(7);
    }
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  process.kill();
  process.join();
}

TEST_P(ProcessTest, ManyAtOnce) {
  std::vector<Process> all;
  for (int i = 0; i < 100; ++i) {
    all.emplace_back([](int n) { std::exit(n); }, i);
    static_cast<Process&>(all.back()).start();
  }
  for (int i = 0; i < 100; ++i) {
    all[static_cast<std::size_t>(i)].join();
    EXPECT_EQ(all[static_cast<std::size_t>(i)].exitcode(), i);
  }
}

}  // namespace
}  // namespace tandem::multiprocessing
