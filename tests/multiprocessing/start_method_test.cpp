#include "tandem/multiprocessing/start_method.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/logger.hpp"
#include "tandem/multiprocessing/made.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/shared/arena.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;

/// Sixteen bytes that the kernel gives to each execution of a program, and a fork keeps.
std::string execution() { return {reinterpret_cast<const char*>(::getauxval(AT_RANDOM)), 16}; }

template <class F>
std::string refusal(F act) {
  try {
    act();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

class StartMethodTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  StartMethodTest() { set_start_method(GetParam(), true); }
  ~StartMethodTest() override { set_start_method("forkserver", true); }
};
INSTANTIATE_TEST_SUITE_P(StartMethods, StartMethodTest, ::testing::Values("forkserver", "spawn", "fork"),
                         [](const auto& method) { return std::string{method.param}; });

TEST_P(StartMethodTest, OnlySpawnExecutesTheProgramAnew) {
  Queue<std::string> said;
  Process process{[](Queue<std::string> out) { out.put(execution()); }, said};
  process.start();
  EXPECT_EQ(said.get() == execution(), GetParam() != "spawn");
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
}

TEST_P(StartMethodTest, ChildrenBeginWithTheSame) {
  Queue<std::string> said;
  Process process{[](Queue<std::string> out) { out.put(std::string{get_start_method()}); }, said};
  process.start();
  EXPECT_EQ(said.get(), GetParam());
  process.join();
}

TEST_P(StartMethodTest, QueuesLocksAndValuesAreArguments) {
  Queue<int> numbers;
  Lock lock;
  Value<int> sum{0};
  std::vector<Process> all;
  for (int i = 1; i <= 4; ++i) {
    all.emplace_back(
        [](Queue<int> out, Lock gate, Value<int> total, int n) {
          for (int round = 0; round < 100; ++round) {
            gate.acquire();
            total.update([](int& value) { ++value; });
            gate.release();
          }
          out.put(n);
        },
        numbers, lock, sum, i);
    static_cast<Process&>(all.back()).start();
  }
  int total = 0;
  for (int i = 0; i < 4; ++i) total += numbers.get();
  for (auto& process : all) process.join();
  EXPECT_EQ(total, 10);
  EXPECT_EQ(sum.value(), 400);
}

// What a killed process held is given back: it has its own row in the arena, whichever way it came to it.
TEST_P(StartMethodTest, AKilledProcessLeavesNothingInTheArena) {
  const auto before = shared::Arena::instance().objects();
  {
    Queue<int> ready;
    Process process{[](Queue<int> out) {
                      std::vector<Lock> own(10);
                      out.put(1);
                      ::pause();
                    },
                    ready};
    process.start();
    ready.get();
    EXPECT_GE(shared::Arena::instance().objects(), before + 11);
    process.kill();
    process.join();
  }
  EXPECT_EQ(shared::Arena::instance().objects(), before);
}

TEST_P(StartMethodTest, SignalsAreAsTheProgramWasStartedWithThem) {
  Queue<std::pair<bool, int>> said;
  Process process{[](Queue<std::pair<bool, int>> out) {
                    struct sigaction action {};
                    ::sigaction(SIGALRM, nullptr, &action);
                    sigset_t blocked;
                    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
                    int count = 0;
                    for (int signal = 1; signal < 64; ++signal) count += sigismember(&blocked, signal) == 1;
                    out.put({action.sa_handler == SIG_DFL, count});
                  },
                  said};
  process.start();
  EXPECT_EQ(said.get(), std::pair(true, 0));
  process.join();
}

class Loader : public Process {
 public:
  Loader() = default;
  Loader(Queue<std::string> out, std::vector<std::string> files) : out_{std::move(out)}, files_{std::move(files)} {}

  void run() override {
    for (const auto& file : files_) out_->put(file);
    const bool is_right = name() == current_process().name() && pid() == ::getpid() && is_alive() &&
                          refusal([&] { join(); }).find("itself") != std::string::npos;
    out_->put(name() + (is_right ? " is right" : " is wrong"));
    files_.clear();
  }
  const std::vector<std::string>& files() const { return files_; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(out_, files_);
  }

 private:
  std::optional<Queue<std::string>> out_;
  std::vector<std::string> files_;
};

TEST_P(StartMethodTest, AClassMayDeriveFromProcess) {
  Queue<std::string> said;
  auto loader = make<Loader>(said, std::vector<std::string>{"a", "b"});
  loader.name("loader");
  loader.start();
  loader.join();
  EXPECT_EQ(loader.exitcode(), 0);
  EXPECT_EQ(said.get(), "a");
  EXPECT_EQ(said.get(), "b");
  EXPECT_EQ(said.get(), "loader is right");
  EXPECT_EQ(loader.files().size(), 2U) << "it is a copy that ran";
  EXPECT_THROW(loader.start(), std::logic_error);
}

TEST_P(StartMethodTest, ATemporaryOfADerivedClassIsKept) {
  Queue<std::string> said;
  make<Loader>(said, std::vector<std::string>{"x"}).start();
  EXPECT_EQ(said.get(), "x");
  EXPECT_TRUE(test::eventually([] { return active_children().empty(); }));
}

struct Failing : Process {
  void run() override { std::exit(9); }
};

TEST_P(StartMethodTest, ADerivedClassWithoutDataNeedsNoSerialize) {
  auto process = make<Failing>();
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 9);
}

/// The course's way, `def __init__(self): super().__init__(); self.name = ...`; and what is made on the way there is no part of it.
class SaysWhoItIs : public Process {
 public:
  SaysWhoItIs() {
    name("from the constructor");
    daemon(true);
    authkey("of the constructor");
    Process other{[] {}};
    other.name("another");
    is_apart_ = other.name() == "another" && !other.is_alive();
  }
  explicit SaysWhoItIs(Queue<std::string> out) : SaysWhoItIs{} { out_ = std::move(out); }

  void run() override {
    const auto self = current_process();
    const bool is_same = name() == self.name() && daemon() == self.daemon() && authkey() == self.authkey() && is_apart_;
    out_->put(name() + (daemon() ? ", daemon, " : ", ") + authkey() + (is_same ? "" : ", or not"));
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(out_);
  }

 private:
  std::optional<Queue<std::string>> out_;
  bool is_apart_ = false;
};

TEST_P(StartMethodTest, ADefaultConstructorMaySayWhatItIs) {
  Queue<std::string> said;
  auto process = make<SaysWhoItIs>(said);
  process.start();
  EXPECT_TRUE(process.join(20s));
  ASSERT_EQ(process.exitcode(), 0);
  EXPECT_EQ(said.get(), "from the constructor, daemon, of the constructor");
}

// What was said after the constructor is what holds.
TEST_P(StartMethodTest, ADefaultConstructorInTheChildSaysNothingNew) {
  Queue<std::string> said;
  auto process = make<SaysWhoItIs>(said);
  process.name("said later");
  process.daemon(false);
  process.authkey("other");
  process.start();
  EXPECT_TRUE(process.join(20s));
  ASSERT_EQ(process.exitcode(), 0);
  EXPECT_EQ(said.get(), "said later, other");
}

TEST_P(StartMethodTest, ADerivedClassIsMadeByMake) {
  Failing process;
  EXPECT_NE(refusal([&] { process.start(); }).find("make<T>"), std::string::npos);
}

TEST_P(StartMethodTest, RunCallsTheFunctionHere) {
  Value<int> called{0};
  Process process{[](Value<int> count) { count.update([](int& n) { n += ::getpid(); }); }, called};
  process.run();
  EXPECT_EQ(called.value(), ::getpid());
}

TEST_P(StartMethodTest, AuthkeysAreInherited) {
  const std::string ours = current_process().authkey();
  EXPECT_GE(ours.size(), 32U);
  EXPECT_EQ(ours, current_process().authkey());
  Queue<std::string> said;
  const auto tell = [](Queue<std::string> out) { out.put(current_process().authkey()); };
  Process same{tell, said};
  Process other{tell, said};
  other.authkey("secret");
  EXPECT_THROW(other.authkey(""), std::invalid_argument);
  same.start();
  EXPECT_EQ(said.get(), ours);
  same.join();
  other.start();
  EXPECT_EQ(said.get(), "secret");
  EXPECT_THROW(other.authkey("late"), std::logic_error);
  other.join();
}

TEST_P(StartMethodTest, TheLogTellsHowProcessesBeginAndEnd) {
  ::testing::internal::CaptureStderr();
  {
    Process silent{[] { get_logger().error("not to be seen"); }};
    silent.start();
    silent.join();
    const auto before = log_settings();
    log_to_stderr(LogLevel::info);
    Process process{[] {
      get_logger().info("hello");
      get_logger().debug("not to be seen");
      ::pause();
    }};
    process.name("reader");
    process.start();
    process.kill();
    process.join();
    adopt_log_settings(before);
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("[INFO/MainProcess] process 'reader' started: pid "), std::string::npos) << text;
  EXPECT_NE(text.find(", by " + std::string{GetParam()} + "\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" was sent SIGKILL\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" ended: killed by SIGKILL\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("not to be seen"), std::string::npos) << text;
}

TEST_P(StartMethodTest, TheChildLogsToo) {
  ::testing::internal::CaptureStderr();
  const auto before = log_settings();
  log_to_stderr(LogLevel::info);
  Process process{[] { get_logger().info("hello"); }};
  process.name("reader");
  process.start();
  process.join();
  adopt_log_settings(before);
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("[INFO/reader] hello\n"), std::string::npos) << text;
  EXPECT_NE(text.find("[INFO/reader] process exiting with exitcode 0\n"), std::string::npos) << text;
}

TEST(Context, MakesProcessesItsOwnWay) {
  Queue<std::string> said;
  const auto tell = [](Queue<std::string> out) { out.put(execution()); };
  get_context<"spawn">().Process(tell, said).start();
  EXPECT_NE(said.get(), execution());
  get_context<"forkserver">().Process(tell, said).start();
  EXPECT_EQ(said.get(), execution());
  get_context("spawn").Process(tell, said).start();
  EXPECT_NE(said.get(), execution());
  EXPECT_TRUE(test::eventually([] { return active_children().empty(); }));
  EXPECT_EQ(get_context("spawn").get_start_method(), "spawn");
  EXPECT_EQ(get_context().get_start_method(), "forkserver");
}

TEST(Context, RefusesCapturesWhenTheMethodIsAString) {
  int n = 7;
  for (const std::string method : {"forkserver", "spawn"}) {
    EXPECT_THROW(static_cast<void>(get_context(method).Process([n] { std::exit(n); })), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(get_context(method).Process([&n] { ++n; })), std::invalid_argument);
    const auto text = refusal([&] { auto process = get_context(method).Process([n] { std::exit(n); }); });
    EXPECT_NE(text.find("'" + method + "'"), std::string::npos) << text;
    EXPECT_NE(text.find("as arguments"), std::string::npos) << text;
  }
}

TEST(StartMethods, AnUnknownNameIsRefusedWithAList) {
  for (const std::string_view name : {"vfork", "", "Spawn", "Fork"}) {
    const auto text = refusal([&] { set_start_method(name); });
    EXPECT_NE(text.find("'" + std::string{name} + "'"), std::string::npos) << text;
    EXPECT_NE(text.find("'fork', 'forkserver' or 'spawn'"), std::string::npos) << text;
    EXPECT_THROW(get_context(name), std::invalid_argument);
  }
}

TEST(StartMethods, IsSetOnce) {
  set_start_method("forkserver", true);
  EXPECT_NE(refusal([] { set_start_method("spawn"); }).find("'forkserver' already"), std::string::npos);
  EXPECT_EQ(get_start_method(), "forkserver");
  EXPECT_EQ(get_all_start_methods(), (std::vector<std::string_view>{"forkserver", "spawn", "fork"}));
}

}  // namespace
}  // namespace tandem::multiprocessing
