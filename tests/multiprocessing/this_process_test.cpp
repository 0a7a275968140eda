// What a process knows of itself, and what it says about it.

#include "tandem/multiprocessing/this_process.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/logger.hpp"
#include "tandem/multiprocessing/made.hpp"
#include "tandem/multiprocessing/os.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

/// The first line, or what is before the first NUL, of a file of /proc/self.
std::string of_self(const std::string& file, char end) {
  std::ifstream in{"/proc/self/" + file};
  std::string text;
  std::getline(in, text, end);
  return text;
}

class ThisProcess : public ::testing::TestWithParam<std::string_view> {
 protected:
  ThisProcess() { set_start_method(GetParam(), true); }
  ~ThisProcess() override {
    set_start_method("forkserver", true);
    adopt_log_settings(before_);
  }

 private:
  const LogSettings before_ = log_settings();
};
INSTANTIATE_TEST_SUITE_P(StartMethods, ThisProcess, ::testing::Values("forkserver", "spawn", "fork"),
                         [](const auto& method) { return std::string{method.param}; });

/// What it is called, by all who may ask.
std::vector<std::string> names() { return {current_process().name(), of_self("comm", '\n'), of_self("cmdline", '\0')}; }
std::vector<std::string> expected_names(const std::string& name, std::string_view method) {
  // The command line of a forked process is its parent's.
  if (method == "fork") return {name, name.substr(0, 15), of_self("cmdline", '\0')};
  const std::string title = "tandem: " + name;
  return {name, title.substr(0, 15), title};
}

TEST_P(ThisProcess, MayBeRenamedWhileItRuns) {
  Queue<std::vector<std::string>> said;
  Process process{[](Queue<std::vector<std::string>> out) {
                    current_process().name("renamed at last");
                    out.put(names());
                    std::jthread{[] { current_process().name("by a thread"); }}.join();
                    out.put(names());
                  },
                  said};
  process.name("first");
  process.start();
  EXPECT_EQ(said.get(), expected_names("renamed at last", GetParam()));
  EXPECT_EQ(said.get(), expected_names("by a thread", GetParam()));
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_EQ(process.name(), "first") << "who has started it was not told";
}

TEST_P(ThisProcess, ItsNewNameIsInErrorsAndItsChildrensParents) {
  ::testing::internal::CaptureStderr();
  Queue<std::string> said;
  Process process{[](Queue<std::string> out) {
                    current_process().name("renamed");
                    Process child{[](Queue<std::string> to) { to.put(parent_process()->name()); }, out};
                    child.start();
                    child.join();
                    throw std::runtime_error{"enough"};
                  },
                  said};
  process.start();
  process.join();
  EXPECT_EQ(said.get(), "renamed");
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("Exception in process renamed: std::runtime_error: enough"), std::string::npos) << text;
}

TEST_P(ThisProcess, AClassMayRenameItselfInRun) {
  struct Renames : Process {
    void run() override {
      name("renamed");
      authkey("new key");
      const bool is_same = name() == "renamed" && current_process().name() == "renamed";
      current_process().name("once more");
      std::exit(is_same && name() == "once more" && current_process().authkey() == "new key" && authkey() == "new key" ? 5 : 6);
    }
  };
  auto sent = make<Renames>();
  sent.start();
  sent.join();
  EXPECT_EQ(sent.exitcode(), 5);
  auto inherited = get_context<"fork">().make<Renames>();
  inherited.start();
  inherited.join();
  EXPECT_EQ(inherited.exitcode(), 5);
}

TEST_P(ThisProcess, OneThatWasStartedMayBeCalledOtherwiseHere) {
  ::testing::internal::CaptureStderr();
  log_to_stderr(LogLevel::info);
  Queue<int> go;
  Queue<std::string> said;
  Process process{[](Queue<int> in, Queue<std::string> out) {
                    get_logger().level(LogLevel::off);
                    in.get();
                    out.put(current_process().name());
                  },
                  go, said};
  process.name("first");
  process.start();
  process.name("second");
  EXPECT_EQ(process.name(), "second");
  EXPECT_EQ(active_children().at(0).name(), "second");
  go.put(1);
  EXPECT_EQ(said.get(), "first");
  process.join();
  process.name("third");
  EXPECT_EQ(process.name(), "third");
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("process 'second' (pid "), std::string::npos) << text;
}

/// Is started by one that ends before it does, and watches that.
void watch_the_parent(Queue<int> said, Queue<int> go) {
  pollfd parent{parent_process()->sentinel(), POLLIN, 0};
  said.put(getpid());
  said.put(::poll(&parent, 1, 0));
  go.put(1);
  said.put(::poll(&parent, 1, 20'000));
  said.put(parent_process()->is_alive() ? 1 : 0);
}

TEST_P(ThisProcess, TheParentsSentinelCanBePolledForItsEnd) {
  Queue<int> said;
  Process parent{[](Queue<int> out) {
                   Queue<int> go;
                   static Process child{watch_the_parent, out, go};
                   child.start();
                   go.get();
                   _exit(0);  // other than exit(), it does not wait for the child
                 },
                 said};
  parent.start();
  const int child = said.get();
  EXPECT_EQ(said.get(), 0) << "it lives";
  EXPECT_EQ(said.get(), 1) << "it has ended";
  EXPECT_EQ(said.get(), 0);
  parent.join();
  EXPECT_EQ(parent.exitcode(), 0);
  // The fork server's child otherwise, until it has ended; under fork it is init's by now.
  if (GetParam() != "fork") {
    EXPECT_TRUE(test::eventually([&] { return ::kill(child, 0) == -1; }));
  }
}

// Python's default is that of its loggers.
TEST(Logger, SaysWarningsUnlessToldMore) {
  const auto before = log_settings();
  adopt_log_settings({});
  ::testing::internal::CaptureStderr();
  get_logger().error("nobody listens");
  EXPECT_FALSE(get_logger().is_enabled_for(LogLevel::error));
  const Logger log = log_to_stderr();
  EXPECT_EQ(log.level(), LogLevel::warning);
  log.info("not to be seen");
  log.warning("to be seen");
  log.error("this too");
  log.level(LogLevel::debug);
  log.debug("and this");
  log_to_stderr();
  log.info("nor this");
  adopt_log_settings(before);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "[WARNING/MainProcess] to be seen\n[ERROR/MainProcess] this too\n[DEBUG/MainProcess] and this\n");
}

// The name is in every line of the log, and any thread may write one.
TEST(CurrentProcess, MayBeRenamedWhileThreadsLog) {
  constexpr int rounds = 500;
  const auto before = log_settings();
  ::testing::internal::CaptureStderr();
  log_to_stderr(LogLevel::info);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([] {
        for (int round = 0; round < rounds; ++round) get_logger().info(current_process().name());
      });
    }
    // Of different lengths, neither of which fits into the string object itself.
    for (int round = 0; round < rounds; ++round) {
      current_process().name(round % 2 == 0 ? std::string(40, 'a') : std::string(200, 'b'));
    }
  }
  current_process().name("MainProcess");
  adopt_log_settings(before);
  std::istringstream lines{::testing::internal::GetCapturedStderr()};
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto name = line.substr(line.find(' ') + 1);
    EXPECT_TRUE(name == "MainProcess" || name == std::string(40, 'a') || name == std::string(200, 'b')) << name;
  }
  EXPECT_EQ(count, 2 * rounds);
}

TEST(CurrentProcess, TheProgramIsCalledAsTheUserHasCalledIt) {
  const auto before = names();
  current_process().name("the boss");
  const auto now = names();
  current_process().name("MainProcess");
  EXPECT_EQ(now[0], "the boss");
  EXPECT_EQ(now[1], before[1]);
  EXPECT_EQ(now[2], before[2]);
}

}  // namespace
}  // namespace tandem::multiprocessing
