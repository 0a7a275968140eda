// A process that nobody has to wait for.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/shared/arena.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

/// What /proc tells of a process: its letter ('Z' is a zombie), and its OS parent. Zeros if there is none.
struct Seen {
  char state = 0;
  int parent = 0;
};
Seen seen(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  if (!std::getline(file, text)) return {};
  const auto at = text.rfind(')') + 2;
  return {text[at], std::atoi(text.c_str() + at + 2)};
}

/// Or is a zombie that is not ours: when init reaps an orphan is its own business.
bool has_ended(int pid) {
  const Seen now = seen(pid);
  return now.state == 0 || (now.state == 'Z' && now.parent != ::getpid() && now.parent != zygote::pid());
}

class Detach : public ::testing::TestWithParam<std::string_view> {
 protected:
  Detach() { set_start_method(GetParam(), true); }
  ~Detach() override { set_start_method("forkserver", true); }
};
INSTANTIATE_TEST_SUITE_P(StartMethods, Detach, ::testing::Values("forkserver", "spawn", "fork"),
                         [](const auto& method) { return std::string{method.param}; });

void say_and_wait(Queue<int> said, Queue<int> go) {
  said.put(::getpid());
  said.put(parent_process()->pid());
  go.get();
}

TEST_P(Detach, NobodyHasToWait) {
  const auto objects = shared::Arena::instance().objects();
  int pid = 0;
  {
    Queue<int> said;
    Queue<int> go;
    // Whoever has made himself the reaper of orphans is their parent; with no such process that is init.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    Process process{say_and_wait, said, go};
    pid = process.detach();
    EXPECT_EQ(said.get(), pid);
    EXPECT_EQ(said.get(), ::getpid()) << "who has started it";
    EXPECT_EQ(seen(pid).parent, GetParam() == "fork" ? ::getpid() : zygote::pid());
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    EXPECT_TRUE(active_children().empty());
    EXPECT_THROW(process.join(), std::logic_error);
    EXPECT_THROW(process.pid(), std::logic_error);
    EXPECT_THROW(process.start(), std::logic_error);
    EXPECT_THROW(process.detach(), std::logic_error);
    go.put(1);
  }
  if (GetParam() == "fork") {
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid) << "ours, as we are the reaper";
  }
  EXPECT_TRUE(test::eventually([&] { return seen(pid).state == 0; })) << seen(pid).state;
  EXPECT_TRUE(test::eventually([&] { return shared::Arena::instance().objects() == objects; }));
}

TEST_P(Detach, InitOrTheNextReaperTakesIt) {
  Queue<int> said;
  Queue<int> go;
  const int pid = Process{say_and_wait, said, go}.detach();
  said.get();
  const int parent = seen(pid).parent;
  if (GetParam() == "fork") {
    EXPECT_NE(parent, ::getpid());
    EXPECT_NE(parent, zygote::pid());
  } else {
    EXPECT_EQ(parent, zygote::pid());
  }
  EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1) << "no child of ours";
  go.put(1);
  EXPECT_TRUE(test::eventually([&] { return has_ended(pid); })) << "a zombie is left";
}

TEST_P(Detach, GoesOnWhenItsStarterEnds) {
  Queue<int> said;
  Queue<int> go;
  Process starter{[](Queue<int> out, Queue<int> wait) { Process{say_and_wait, out, wait}.detach(); }, said, go};
  starter.start();
  starter.join();  // which does not wait for the other one
  EXPECT_EQ(starter.exitcode(), 0);
  const int pid = said.get();
  EXPECT_EQ(said.get(), starter.pid());
  EXPECT_FALSE(has_ended(pid));
  go.put(1);
  EXPECT_TRUE(test::eventually([&] { return has_ended(pid); }));
}

TEST_P(Detach, ADaemonIsRefused) {
  Process process{[] {}};
  process.daemon(true);
  EXPECT_THROW(process.detach(), std::logic_error);
  process.daemon(false);
  const int pid = process.detach();
  EXPECT_TRUE(test::eventually([&] { return has_ended(pid); }));
}

// A daemon may not have children, and one that is let go would outlive it on top of that.
TEST_P(Detach, IsNotForDaemons) {
  Queue<std::string> said;
  Process daemon{[](Queue<std::string> out) {
                   Process child{[] {}};
                   child.daemon(false);
                   try {
                     out.put("pid " + std::to_string(child.detach()));
                   } catch (const std::logic_error& refusal) {
                     out.put(refusal.what());
                   }
                 },
                 said};
  daemon.daemon(true);
  daemon.start();
  const std::string text = said.get();
  EXPECT_NE(text.find("daemons may not have children"), std::string::npos) << text;
  daemon.join();
}

TEST(DetachUnderFork, TakesAnyLambdaAndAnyClass) {
  Queue<std::string> said;
  std::string text = "captured";
  get_context<"fork">().Process([&] { said.put(text); }).detach();
  EXPECT_EQ(said.get(), "captured");
  struct Says : Process {
    explicit Says(std::string& what, Queue<std::string>& out) : what_{what}, out_{out} {}
    void run() override { out_.put(what_); }
    std::string& what_;
    Queue<std::string>& out_;
  };
  get_context<"fork">().make<Says>(text, said).detach();
  EXPECT_EQ(said.get(), "captured");
}

}  // namespace
}  // namespace tandem::multiprocessing
