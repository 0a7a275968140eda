// A pool whose workers are killed at random, or do all that a worker should not: each task ends exactly once, in one way or the
// other, nothing hangs, and the pool is at its full size in the end.

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <ranges>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/pool.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/crash/crash_fixture.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using futures::Future;
using futures::ProcessPoolExecutor;
using futures::WorkerCrashed;
using Count = multiprocessing::RawValue<std::atomic<int>>;

class PoolCrash : public CrashTest {};

/// Kills a worker of the pool, whichever, every few milliseconds; so seldom that a worker has time to become one.
class Killer {
  static constexpr std::chrono::milliseconds pause{under_sanitizer ? 100 : 10};

 public:
  Killer(ProcessPoolExecutor& pool, std::mt19937_64 random)
      : thread_{threading::Thread::started([&pool, random, this](std::stop_token stop) mutable {
          while (!stop.stop_requested()) {
            std::this_thread::sleep_for(pause);
            const auto pids = pool.worker_pids();
            if (!pids.empty() && ::kill(pids[random() % pids.size()], SIGKILL) == 0) ++kills_;
          }
        })} {}

  int stop() {
    thread_.request_stop();
    thread_.join();
    return kills_;
  }

 private:
  std::atomic<int> kills_{0};
  threading::Thread thread_;
};

int half(int n) { return n / 2; }

/// How often each of so many tasks was told to have ended, and in which way; by callbacks, which see what waiting does not: an end
/// that comes twice.
class Ends {
 public:
  explicit Ends(std::size_t tasks) : seen_(tasks) {}

  void watch(std::size_t task, Future<int>& future) {
    future.add_done_callback([this, task](auto& /*done*/) { ++seen_[task]; });
  }
  void expect_one_each() const {
    for (std::size_t i = 0; i < seen_.size(); ++i) ASSERT_EQ(seen_[i], 1) << "task " << i;
  }

 private:
  std::vector<std::atomic<int>> seen_;
};

TEST_F(PoolCrash, AHundredThousandTasksUnderFire) {
  const int tasks = rounds(100'000);
  Ends ends{static_cast<std::size_t>(tasks)};
  int crashes = 0;
  int kills = 0;
  {
    ProcessPoolExecutor pool{3};
    Killer killer{pool, random_};
    std::vector<Future<int>> all;
    for (int i = 0; i < tasks; ++i) {
      all.push_back(pool.submit(half, i));
      ends.watch(static_cast<std::size_t>(i), all.back());
    }
    for (int i = 0; i < tasks; ++i) {
      try {
        ASSERT_EQ(all[static_cast<std::size_t>(i)].result(patience), i / 2);
      } catch (const WorkerCrashed& crash) {
        ASSERT_EQ(crash.signal(), SIGKILL);
        ++crashes;
      }
    }
    kills = killer.stop();
    EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 3; }));
    EXPECT_EQ(pool.submit(half, 14).result(patience), 7);
  }
  ends.expect_one_each();
  EXPECT_LE(crashes, kills) << "no kill costs more than the task that was running";
  std::printf("%d kills, %d tasks lost of %d\n", kills, crashes, tasks);
}

TEST_F(PoolCrash, WithRetriesAllOfThemAreDone) {
  const int tasks = rounds(100'000);
  Ends ends{static_cast<std::size_t>(tasks)};
  ProcessPoolExecutor pool{3};
  {
    Killer killer{pool, random_};
    std::vector<Future<int>> all;
    for (int i = 0; i < tasks; ++i) {
      all.push_back(pool.with({.retries = 20}).submit(half, i));
      ends.watch(static_cast<std::size_t>(i), all.back());
    }
    for (int i = 0; i < tasks; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)].result(patience), i / 2);
    killer.stop();
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 3; }));
  pool.shutdown();
  ends.expect_one_each();
}

TEST_F(PoolCrash, LongTasksUnderFire) {
  ProcessPoolExecutor pool{4};
  Killer killer{pool, random_};
  std::vector<Future<std::string>> all;
  // Long in time, and in bytes: what is being sent when a worker dies.
  for (int i = 0; i < rounds(2000); ++i) {
    all.push_back(pool.with({.retries = 50})
                      .submit(
                          [](std::string text, int pause) {
                            std::this_thread::sleep_for(std::chrono::microseconds{pause});
                            return text + text;
                          },
                          std::string(static_cast<std::size_t>(i % 100) * 1000, 'x'), i % 7 * 300));
  }
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i].result(patience).size(), i % 100 * 2000);
  killer.stop();
}

/// What a task does to its worker.
int misbehave(int how) {
  switch (how) {
    case 0:
      std::signal(SIGABRT, SIG_DFL);
      std::abort();
    case 1:
      std::exit(3);
    case 2:
      std::signal(SIGTERM, SIG_IGN);  // and lives on
      return how;
    case 3:
      for (int fd = 3; fd < 1024; ++fd) ::close(fd);
      return how;
    case 4:
      ::raise(SIGSTOP);  // until its time is over
      return how;
    default:
      return how;
  }
}

TEST_F(PoolCrash, TasksThatRuinTheirWorkers) {
  const int tasks = rounds(1000);
  Ends ends{static_cast<std::size_t>(tasks)};
  ProcessPoolExecutor pool{3};
  std::vector<Future<int>> all;
  constexpr int kinds = 10;  // half of them do nothing bad
  for (int i = 0; i < tasks; ++i) {
    const int how = i % kinds;
    auto executor = how == 4 ? pool.with({.timeout = 20ms}) : pool.with({});
    all.push_back(executor.submit(misbehave, how));
    ends.watch(static_cast<std::size_t>(i), all.back());
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const int how = static_cast<int>(i) % kinds;
    try {
      EXPECT_EQ(all[i].result(patience), how);
      EXPECT_TRUE(how == 2 || how == 3 || how > 4) << how;
    } catch (const WorkerCrashed& crash) {
      EXPECT_TRUE(how == 0 || how == 1 || how == 3) << how << ": " << crash.what();
      if (how == 0) {
        EXPECT_EQ(crash.signal(), SIGABRT);
      }
      if (how == 1) {
        EXPECT_EQ(crash.exit_code(), 3);
      }
    } catch (const futures::TaskTimeout&) {
      EXPECT_EQ(how, 4);
    }
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 3; }));
  pool.shutdown();
  ends.expect_one_each();
}

/// Dies of some numbers.
int half_or_die(int n) {
  if (n % 1000 == 777) ::raise(SIGKILL);
  return n / 2;
}

// A Pool has one future for all chunks of a map, and others beside it.
TEST_F(PoolCrash, MapsWhoseWorkersDieFailAlone) {
  multiprocessing::Pool pool{{.processes = 3, .maxtasksperchild = 50}};
  for (int round = 0; round < rounds(50); ++round) {
    const auto bad = pool.map_async(half_or_die, std::views::iota(0, 2000), 100);
    const auto good = pool.map_async(half, std::views::iota(0, 2000), 100);
    ASSERT_EQ(good.get(patience)[1999], 999);
    ASSERT_TRUE(bad.wait(patience));
    ASSERT_THROW(bad.get(), WorkerCrashed);
    int seen = 0;
    try {
      for (const int result : pool.imap(half_or_die, std::views::iota(0), {.chunksize = 10})) ASSERT_EQ(result, seen++ / 2);
    } catch (const WorkerCrashed& crash) {
      ASSERT_EQ(crash.ended_by(), "");
    }
    ASSERT_EQ(seen, 770) << "all results before the chunk that died";
  }
}

TEST_F(PoolCrash, TerminatedAtAnyMoment) {
  ProcessPoolExecutor pool{2};
  for (int i = 0; i < rounds(500); ++i) {
    std::array<Future<int>, 4> all;
    for (auto& future : all) future = pool.submit(half, i);
    auto& chosen = all[random_() % all.size()];
    wait_a_random_time(200us);
    const bool is_stopped = chosen.terminate();
    for (auto& future : all) {
      try {
        ASSERT_EQ(future.result(patience), i / 2);
      } catch (const futures::CancelledError&) {
        ASSERT_TRUE(is_stopped && future == chosen) << "another one was hit";
      }
    }
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 2; }));
}

// Retries, replaced workers and the end of the pool at once.
TEST_F(PoolCrash, AnEndUnderFire) {
  for (int round = 0; round < rounds(50); ++round) {
    std::vector<Future<int>> all;
    const bool cancels = random_() % 2 == 0;
    {
      ProcessPoolExecutor pool{{.max_workers = 2, .max_tasks_per_child = 20}};
      for (int i = 0; i < 200; ++i) all.push_back(pool.with({.retries = 5}).submit(half, i));
      for (const int pid : pool.worker_pids()) ::kill(pid, SIGKILL);
      wait_a_random_time(2000us);
      if (cancels) pool.shutdown(false, true);
      for (const int pid : pool.worker_pids()) ::kill(pid, SIGKILL);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_TRUE(all[i].done());
      try {
        ASSERT_EQ(all[i].result(), static_cast<int>(i) / 2);
      } catch (const futures::CancelledError&) {
        ASSERT_TRUE(cancels);
      } catch (const WorkerCrashed&) {
        ASSERT_TRUE(cancels) << "there were attempts left";
      }
    }
  }
}

}  // namespace
}  // namespace tandem::test
