// The start method fork, as far as it is more than the others: what those promise too is tried with them, in process_test.cpp and
// start_method_test.cpp.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tandem/base/errors.hpp"
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/os.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/shared/arena.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;

std::uint32_t objects() { return shared::Arena::instance().objects(); }

/// The letter that /proc shows for a process: 'Z' for a zombie; 0 if there is none.
char state_of(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  if (!std::getline(file, text)) return 0;
  return text[text.rfind(')') + 2];
}

TEST(Fork, RunsAnyLambdaOnACopyOfTheMemory) {
  Queue<std::string> said;
  std::string text = "before";
  std::vector<int> numbers(1000, 7);
  auto process = get_context<"fork">().Process([&] {
    text += " and " + std::to_string(numbers.back());
    said.put(text);
  });
  text = "at the start";
  process.start();
  EXPECT_EQ(said.get(), "at the start and 7");
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_EQ(text, "at the start");
}

TEST(Fork, TakesArgumentsThatCannotBeSent) {
  Value<int> sum{0};
  int there = 30;
  const auto add = [&sum](std::unique_ptr<int> a, std::function<int()> b, int& c) {
    sum.update([&](int& n) { n = *a + b() + c; });
  };
  auto process = get_context<"fork">().Process(
      add, std::make_unique<int>(1), [] { return 2; }, std::ref(there));
  process.start();
  process.join();
  EXPECT_EQ(sum.value(), 33);
}

TEST(Fork, TakesCapturesWhenTheMethodIsAString) {
  int code = 9;
  const Context context = get_context("fork");
  EXPECT_EQ(context.get_start_method(), "fork");
  auto process = context.Process([&code] { std::exit(code); });
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 9);
}

TEST(Fork, RunHereUsesUpWhatCannotBeCopied) {
  int called = 0;
  auto process = get_context<"fork">().Process([&called, once = std::make_unique<int>(1)] { called += *once; });
  process.run();
  EXPECT_EQ(called, 1);
  EXPECT_THROW(process.run(), std::logic_error);
  EXPECT_THROW(process.start(), std::logic_error);
}

/// Of parts that no serialize() could send.
class Counter : public Process {
 public:
  explicit Counter(std::function<int(int)> step, Value<int> out) : step_{std::move(step)}, out_{std::move(out)} {}
  void run() override {
    count_ = step_(count_);
    out_.update([this](int& n) {
      n = name() == "counter" && pid() == ::getpid() && current_process().name() == "counter" && is_alive() ? count_ : -1;
    });
  }
  int count_ = 10;

 private:
  std::function<int(int)> step_;
  Value<int> out_;
};

TEST(Fork, AnObjectOfADerivedClassRunsAsItIs) {
  Value<int> out{0};
  int step = 5;
  auto counter = get_context<"fork">().make<Counter>([&step](int n) { return n + step; }, out);
  counter.name("counter");
  counter.start();
  counter.join();
  EXPECT_EQ(counter.exitcode(), 0);
  EXPECT_EQ(out.value(), 15);
  EXPECT_EQ(counter.count_, 10) << "it is a copy that ran";
  EXPECT_THROW(counter.start(), std::logic_error);
}

TEST(Fork, ADerivedClassByAStringIsSent) {
  struct Exits : Process {
    void run() override { std::exit(11); }
  };
  for (const auto method : get_all_start_methods()) {
    auto process = get_context(method).make<Exits>();
    process.start();
    process.join();
    EXPECT_EQ(process.exitcode(), 11) << method;
  }
}

// Its shares are its own: those of the parent may go meanwhile, and nothing goes twice.
TEST(Fork, SharedObjectsLiveAsLongAsEitherHasThem) {
  const auto before = objects();
  {
    Queue<int> go;
    Queue<bool> said;
    std::optional<Lock> lock{std::in_place};
    auto process = get_context<"fork">().Process([&] {
      go.get();
      said.put(lock->acquire(20s));
      lock.reset();
      std::vector<Lock> own(10);
      said.put(true);
      go.get();
    });
    process.start();
    lock.reset();
    EXPECT_EQ(objects(), before + 3) << "the child has the lock";
    go.put(1);
    EXPECT_TRUE(said.get());
    EXPECT_TRUE(said.get());
    go.put(1);
    process.join();
    EXPECT_EQ(objects(), before + 2);
    EXPECT_EQ(process.exitcode(), 0);
  }
  EXPECT_EQ(objects(), before);
}

TEST(Fork, GrandchildrenHaveSharesToo) {
  const auto before = objects();
  {
    Value<int> sum{0};
    auto process = get_context<"fork">().Process([&] {
      auto inner = get_context<"fork">().Process([&] { sum.update([](int& n) { n += 1; }); });
      inner.start();
      inner.join();
      get_context<"spawn">().Process([](Value<int> s) { s.update([](int& n) { n += 10; }); }, sum).start();
      get_context<"forkserver">().Process([](Value<int> s) { s.update([](int& n) { n += 100; }); }, sum).start();
    });
    process.start();
    process.join();
    EXPECT_EQ(process.exitcode(), 0);
    EXPECT_EQ(sum.value(), 111);
  }
  EXPECT_EQ(objects(), before);
}

TEST(Fork, ItsFamilyIsEmptyAndItsParentsChildrenAreStrangers) {
  Process brother{[] { ::pause(); }};
  brother.start();
  Value<int> right{0};
  auto process = get_context<"fork">().Process([&] {
    const bool refused = [&] {
      try {
        brother.join();
      } catch (const std::logic_error&) {
        return true;
      }
      return false;
    }();
    const bool is_empty = active_children().empty();
    right.update([&](int& n) { n = (refused ? 1 : 0) + (is_empty ? 2 : 0); });
  });
  process.start();
  process.join();
  EXPECT_EQ(right.value(), 3);
  EXPECT_TRUE(brother.is_alive());
  brother.kill();
  brother.join();
}

// Python's "can only start a process object created by current process".
TEST(Fork, WhatItsParentHasMadeIsNotItsToUse) {
  Process unborn{[] {}};
  Process brother{[] { ::pause(); }};
  brother.start();
  Value<int> refused{0};
  auto process = get_context<"fork">().Process([&] {
    const auto refuses = [](auto act) {
      try {
        act();
      } catch (const std::logic_error&) {
        return 1;
      }
      return 0;
    };
    int count = refuses([&] { unborn.start(); }) + refuses([&] { unborn.detach(); }) + refuses([&] { unborn.is_alive(); });
    count += refuses([&] { brother.pid(); }) + refuses([&] { brother.sentinel(); }) + refuses([&] { brother.exitcode(); });
    count += refuses([&] { brother.is_alive(); }) + refuses([&] { brother.kill(); }) + refuses([&] { brother.close(); });
    count += refuses([&] { static_cast<void>(wait_for_any({brother})); });
    refused.update([count](int& n) { n = count; });
  });
  process.start();
  process.join();
  EXPECT_EQ(refused.value(), 10);
  EXPECT_TRUE(brother.is_alive());
  brother.kill();
  brother.join();
  unborn.start();
  unborn.join();
  EXPECT_EQ(unborn.exitcode(), 0);
}

TEST(Fork, NoPendingInterruptIsInherited) {
  Value<int> right{0};
  auto process = get_context<"fork">().Process([&] {
    struct sigaction action {};
    ::sigaction(SIGINT, nullptr, &action);
    const bool is_default = action.sa_handler == SIG_DFL;
    const bool is_pending = sync::interrupt_pending.load();
    right.update([&](int& n) { n = (is_default ? 1 : 0) + (is_pending ? 0 : 2); });
  });
  sync::put_back_interrupt();
  process.start();
  EXPECT_THROW(sync::check_interrupt(), KeyboardInterrupt);
  process.join();
  EXPECT_EQ(right.value(), 3);
}

TEST(Fork, ItsEndIsKeptUntilSomebodyAsksAndNoLonger) {
  int pid = 0;
  {
    auto process = get_context<"fork">().Process([] {});
    process.start();
    pid = process.pid();
    ASSERT_TRUE(test::eventually([&] { return state_of(pid) == 'Z'; }));
    EXPECT_TRUE(test::eventually([&] { return !process.is_alive(); }));
    EXPECT_EQ(state_of(pid), 0);
    EXPECT_EQ(process.exitcode(), 0);
    process = get_context<"fork">().Process([] {});
    process.start();
    pid = process.pid();
  }
  EXPECT_EQ(state_of(pid), 0);
}

TEST(Fork, WaitForAnyLeavesNoZombies) {
  std::vector<Process> all;
  std::vector<ProcessHandle> left;
  std::vector<int> pids;
  for (int i = 0; i < 4; ++i) {
    all.push_back(get_context<"fork">().Process([i] { std::exit(i); }));
    static_cast<Process&>(all.back()).start();
    left.push_back(all.back());
    pids.push_back(all.back().pid());
  }
  while (!left.empty()) {
    const auto ended = wait_for_any(left, 20s);
    ASSERT_FALSE(ended.empty());
    for (const auto& child : ended) {
      EXPECT_EQ(state_of(child.pid()), 0) << "it is reaped when it is given";
      EXPECT_EQ(child.exitcode(), std::ranges::find(pids, child.pid()) - pids.begin());
      std::erase(left, child);
    }
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left, or a zombie";
}

TEST(Fork, NobodyElsesChildrenAreReaped) {
  const int other = ::fork();
  if (other == 0) ::_exit(5);
  auto process = get_context<"fork">().Process([] {});
  process.start();
  process.join();
  int status = 0;
  EXPECT_EQ(::waitpid(other, &status, 0), other);
  EXPECT_EQ(WEXITSTATUS(status), 5);
}

TEST(Fork, AnIgnoredSigchldCostsTheExitCode) {
  struct sigaction before {};
  ::sigaction(SIGCHLD, nullptr, &before);
  ignore_children();
  auto process = get_context<"fork">().Process([] { std::exit(4); });
  process.start();
  EXPECT_TRUE(process.join(20s));
  EXPECT_FALSE(process.is_alive());
  try {
    process.exitcode();
    ADD_FAILURE() << "it cannot be known";
  } catch (const ExitCodeLost& lost) {
    EXPECT_NE(std::string{lost.what()}.find("SIGCHLD is ignored"), std::string::npos) << lost.what();
  }
  ::sigaction(SIGCHLD, &before, nullptr);
}

TEST(Fork, LeavesTheParentsExitHandlersAlone) {
  static std::optional<Value<int>> ran;
  ran.emplace(0);
  const auto count = [](int by) { ran->update([by](int& n) { n += by; }); };
  auto process = get_context<"fork">().Process([&] {
    std::atexit([] { ran->update([](int& n) { n += 1; }); });
    auto inner = get_context<"fork">().Process([&] {
      count(10);
      std::exit(3);
    });
    inner.start();
    inner.join();
    count(inner.exitcode() == 3 ? 100 : 0);
    std::exit(2);
  });
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 2);
  EXPECT_EQ(ran->value(), 111) << "once its own, and not again in its child";
  ran.reset();
}

// What it has of the parent's lines to others must not keep those open.
TEST(Fork, APoolEndsWhileAForkedProcessLives) {
  Queue<int> go;
  std::optional<futures::ProcessPoolExecutor> pool{std::in_place, 2U};
  EXPECT_EQ(pool->submit([](int n) { return n + 1; }, 1).result(), 2);
  auto process = get_context<"fork">().Process([&] { go.get(); });
  process.start();
  pool.reset();
  EXPECT_TRUE(process.is_alive());
  go.put(1);
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
}

TEST(Fork, WithoutARoomForDescriptorsItIsAnErrorAndNothingIsLeft) {
  const auto before = shared::Arena::instance().processes();
  auto process = get_context<"fork">().Process([] { std::exit(6); });
  std::vector<platform::Fd> all;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) all.emplace_back(fd);
  ASSERT_EQ(errno, EMFILE);
  // With each descriptor more that is free, it comes a step further.
  bool is_started = false;
  while (!is_started && !all.empty()) {
    try {
      process.start();
      is_started = true;
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code().value(), EMFILE) << error.what();
      all.pop_back();
    }
  }
  all.clear();
  ASSERT_TRUE(is_started);
  process.join();
  EXPECT_EQ(process.exitcode(), 6);
  EXPECT_TRUE(test::eventually([&] { return shared::Arena::instance().processes() == before; }));
}

}  // namespace
}  // namespace tandem::multiprocessing
