// fork() in a program with threads: what of them comes along.

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
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
