// fork() in a program with threads: what of them comes along.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/subprocess/popen.hpp"
#include "tandem/subprocess/run.hpp"
#include "tandem/sync/condition.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/sync/semaphore.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;

/// Threads that keep busy what a fork might copy in the midst of a change: the heap, the parking lot, the list of threads, and that
/// of shared objects.
class Busy {
 public:
  Busy() {
    for (int i = 0; i < 2; ++i) {
      threads_.emplace_back([this] {
        while (!stop_) {
          std::vector<std::unique_ptr<std::string>> heap;
          for (int n = 0; n < 50; ++n) heap.push_back(std::make_unique<std::string>(100, 'x'));
        }
      });
    }
    for (int i = 0; i < 2; ++i) {
      threads_.emplace_back([this] {
        while (!stop_) {
          turns_.acquire();
          turns_.release();
        }
      });
    }
    threads_.emplace_back([this] {
      while (!stop_) {
        threading::Thread thread{[] {}};
        thread.start();
        thread.join();
      }
    });
    threads_.emplace_back([this] {
      while (!stop_) {
        Lock shared;
        static_cast<void>(active_children());
        static_cast<void>(current_process().authkey());
      }
    });
  }
  ~Busy() { stop_ = true; }

 private:
  std::atomic<bool> stop_{false};
  sync::Semaphore turns_{1};
  std::vector<std::jthread> threads_;
};

TEST(ForkWithThreads, TheChildCanUseAll) {
  Value<int> done{0};
  const Busy busy;
  for (int round = 0; round < 200; ++round) {
    auto process = get_context<"fork">().Process([&] {
      const Lock shared;
      std::vector<std::string> heap(100, std::string(100, 'y'));
      threading::Thread thread{[&] { done.update([](int& n) { ++n; }); }};
      thread.start();
      thread.join();
      static_cast<void>(current_process().authkey());
      if (!active_children().empty()) std::exit(2);
    });
    process.start();
    ASSERT_TRUE(process.join(20s)) << "round " << round;
    ASSERT_EQ(process.exitcode(), 0);
  }
  EXPECT_EQ(done.value(), 200);
}

/// Programs of the test's that nobody waits for, and threads that look all the time whether they have ended, which each Popen does
/// first. So at almost any moment one of them is in the midst of it.
class BusyWithPrograms {
 public:
  BusyWithPrograms() {
    for (int i = 0; i < 20; ++i) {
      subprocess::Popen program{{"sleep", "600"}};
      programs_.push_back(program.pid());
      program.detach();
    }
    for (int i = 0; i < 2; ++i) {
      threads_.emplace_back([this] {
        while (!stop_) EXPECT_THROW(subprocess::Popen{subprocess::Command{}}, std::invalid_argument);
      });
    }
  }
  ~BusyWithPrograms() {
    stop_ = true;
    threads_.clear();
    for (const int pid : programs_) ::kill(pid, SIGKILL);
    EXPECT_TRUE(test::eventually([this] {
      subprocess::run({"true"});
      return std::ranges::all_of(programs_, [](int pid) { return ::kill(pid, 0) == -1; });
    })) << "they are reaped when the next program is started";
  }

 private:
  std::atomic<bool> stop_{false};
  std::vector<int> programs_;
  std::vector<std::jthread> threads_;
};

/// A process that fork()s in a busy program does not come to its end if it waits for somebody who is not there.
void expect_to_end_well(Process process, int round) {
  static_cast<Process&>(process).start();
  const bool has_ended = process.join(20s);
  if (!has_ended) process.kill();
  ASSERT_TRUE(has_ended) << "round " << round;
  ASSERT_EQ(process.exitcode(), 0);
}

TEST(ForkWithThreads, TheChildCanStartPrograms) {
  const BusyWithPrograms busy;
  for (int round = 0; round < 40 && !::testing::Test::HasFailure(); ++round) {
    expect_to_end_well(get_context<"fork">().Process([] {
      if (subprocess::run({"true"}).returncode != 0) std::exit(2);
      subprocess::Popen{{"true"}}.detach();
    }),
                       round);
  }
}

// A process of the parent's is none of the child's; and who of the parent's threads was about to ask for it is not there.
TEST(ForkWithThreads, TheChildIsNotHeldUpByProcessesOfItsParent) {
  Process{[] { ::pause(); }}.start();
  get_context<"fork">().Process([] { ::pause(); }).start();
  std::vector<ProcessHandle> kept = active_children();
  ASSERT_EQ(kept.size(), 2U);
  auto mine = std::make_unique<Process>([] { ::pause(); });
  mine->start();
  {
    std::atomic<bool> stop{false};
    std::vector<std::jthread> threads;
    for (const ProcessHandle& handle : {kept[0], kept[1], static_cast<ProcessHandle&>(*mine)}) {
      threads.emplace_back([&stop, handle] {
        while (!stop) EXPECT_TRUE(handle.is_alive());
      });
    }
    for (int round = 0; round < 40 && !::testing::Test::HasFailure(); ++round) {
      expect_to_end_well(get_context<"fork">().Process([&] {
        try {
          static_cast<void>(mine->is_alive());
        } catch (const std::logic_error&) {
          mine.reset();
          std::exit(active_children().empty() ? 0 : 3);
        }
        std::exit(2);
      }),
                         round);
    }
    stop = true;
  }
  for (const ProcessHandle& handle : kept) {
    handle.kill();
    handle.join();
  }
  mine->kill();
  EXPECT_TRUE(test::eventually([] { return active_children().empty(); }));
}

int plus_one(int n) { return n + 1; }

// Those of its parent are copies without threads, and go on working where they are.
TEST(ForkWithThreads, TheChildCanHaveExecutorsOfItsOwn) {
  futures::ThreadPoolExecutor threads{2};
  futures::ProcessPoolExecutor processes{2};
  EXPECT_EQ(threads.submit(plus_one, 1).result(), 2);
  EXPECT_EQ(processes.submit(plus_one, 1).result(), 2);
  for (int round = 0; round < 10 && !::testing::Test::HasFailure(); ++round) {
    const auto busy = threads.submit([&] { return processes.submit(plus_one, 1).result(); });
    expect_to_end_well(get_context<"fork">().Process([] {
      int sum = 0;
      {
        futures::ThreadPoolExecutor own_threads{2};
        futures::ProcessPoolExecutor own_processes{2};
        for (const int n : own_threads.map(plus_one, std::vector{1, 2, 3})) sum += n;
        for (const int n : own_processes.map(plus_one, std::vector{10, 20, 30})) sum += n;
        sum += own_threads.submit([&] { return own_processes.submit(plus_one, 100).result(); }).result();
      }
      std::exit(sum == 9 + 63 + 101 ? 0 : 2);
    }),
                       round);
    EXPECT_EQ(busy.result(), 2);
  }
  EXPECT_EQ(threads.submit(plus_one, 2).result(), 3);
  EXPECT_EQ(processes.submit(plus_one, 2).result(), 3);
}

TEST(ForkWithThreads, OfTheThreadsOnlyTheOneThatForkedIsThere) {
  sync::Lock held;
  sync::Condition changed{held};
  bool stop = false;
  std::jthread waits{[&] {
    const std::scoped_lock hold{held};
    while (!stop) changed.wait();
  }};
  ASSERT_TRUE(test::eventually([] { return sync::LocalFutex::parked() == 1; }));
  Value<int> right{0};
  std::optional<Process> process;
  // From a thread that is not main: in the child it is.
  threading::Thread forks{[&] {
    process.emplace(get_context<"fork">().Process([&] {
      const auto me = threading::current_thread();
      int seen = sync::LocalFutex::parked() == 0 ? 1 : 0;
      seen += threading::enumerate().size() == 1 && threading::active_count() == 1 ? 2 : 0;
      seen += threading::main_thread().ident() == me.ident() && me.name() == "MainThread" ? 4 : 0;
      {
        const std::scoped_lock hold{held};  // nobody has it: who waits has let it go
        changed.notify_all();
      }
      right.update([&](int& n) { n = seen; });
    }));
    static_cast<Process&>(*process).start();
  }};
  forks.start();
  forks.join();
  process->join();  // it goes on, though the thread that has started it has ended
  EXPECT_EQ(process->exitcode(), 0);
  EXPECT_EQ(right.value(), 7);
  {
    const std::scoped_lock hold{held};
    stop = true;
    changed.notify_all();
  }
}

TEST(ForkWithThreads, SeveralThreadsMayForkAtATime) {
  Value<int> sum{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        auto process = get_context<"fork">().Process([&] { sum.update([](int& n) { ++n; }); });
        process.start();
        EXPECT_TRUE(process.join(20s));
        EXPECT_EQ(process.exitcode(), 0);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(sum.value(), 80);
}

}  // namespace
}  // namespace tandem::multiprocessing
