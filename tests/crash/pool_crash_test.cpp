// A pool whose workers are killed at random: each task ends exactly once, in one way or the other, nothing hangs, and the pool is
// at its full size in the end. What else may happen to workers is in pool_misdeeds_test.cpp.

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <ranges>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/pool.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/crash/pool_fixture.hpp"
#include "tests/crash/pool_killer.hpp"
#include "tests/crash/pool_ledger.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using futures::Future;
using futures::ProcessPoolExecutor;
using futures::WorkerCrashed;

class PoolCrash : public PoolTest {};

int half(int n) { return n / 2; }

// One in eight takes a while, up to a millisecond: so there is time for many deaths, in tasks, between them, and before the first.
void work(int task) {
  if (task % 8 == 0) std::this_thread::sleep_for(std::chrono::microseconds{task / 8 % 100 * (under_sanitizer ? 100 : 10)});
}

int answer(int task) { return 3 * task + 1; }

int counted(ExecutionsOfAll executions, int task) {
  note_begun(executions, task);
  work(task);
  note_ended(executions, task);
  return answer(task);
}

struct Losses {
  int kills = 0;
  int tasks = 0;  // so many ended with WorkerCrashed
};

/// Has a pool do so many tasks while its workers are killed, and looks whether it was ever wrong.
Losses under_fire(futures::ProcessPoolOptions options, int tasks, int retries, std::mt19937_64 random) {
  Losses losses;
  PoolLedger ledger{tasks};
  {
    ProcessPoolExecutor pool{std::move(options)};
    PoolKiller killer{pool, random};
    std::vector<Future<int>> all;
    for (int i = 0; i < tasks; ++i) {
      all.push_back(pool.with({.retries = retries}).submit(counted, ledger.executions(), i));
      ledger.watch(i, all.back());
    }
    for (int i = 0; i < tasks; ++i) {
      try {
        EXPECT_EQ(all[static_cast<std::size_t>(i)].result(patience), answer(i));
        ledger.found(i, true);
      } catch (const WorkerCrashed& crash) {
        EXPECT_EQ(crash.signal(), SIGKILL);
        ledger.found(i, false);
        ++losses.tasks;
      }
    }
    losses.kills = killer.stop();
    EXPECT_TRUE(is_at_full_size(pool));
  }
  ledger.expect_one_end_each(static_cast<std::uint32_t>(retries) + 1);
  EXPECT_LE(ledger.begun(), static_cast<std::uint32_t>(retries == 0 ? tasks : tasks + losses.kills))
      << "no kill costs more than the execution that was under way";
  std::printf("%d kills, %d tasks lost of %d, %u executions\n", losses.kills, losses.tasks, tasks, ledger.begun());
  return losses;
}

TEST_F(PoolCrash, AHundredThousandTasksUnderFire) {
  const Losses losses = under_fire({.max_workers = 3}, rounds(100'000), 0, random_);
  EXPECT_GE(losses.kills, 10);
  EXPECT_LE(losses.tasks, losses.kills) << "no kill costs more than the task that was running";
  EXPECT_GT(losses.tasks, 0) << "then nothing has been tried";
}

TEST_F(PoolCrash, WithRetriesAllOfThemAreDone) {
  const Losses losses = under_fire({.max_workers = 3}, rounds(100'000), 20, random_);
  EXPECT_GE(losses.kills, 10);
  EXPECT_EQ(losses.tasks, 0);
}

// Ten thousand without a killer are in pain 04; here workers are killed that are on their way out or in.
TEST_F(PoolCrash, FewTasksForEachWorkerUnderFire) {
  for (const int each : {1, 2, 3}) {
    const Losses losses =
        under_fire({.max_workers = 3, .max_tasks_per_child = each}, (under_sanitizer ? 100 : 1000) * each, 0, random_);
    EXPECT_LE(losses.tasks, losses.kills) << "with " << each << " for each";
  }
}

TEST_F(PoolCrash, LongTasksUnderFire) {
  ProcessPoolExecutor pool{4};
  PoolKiller killer{pool, random_};
  std::vector<Future<std::string>> all;
  // Long in time, and in bytes: what is being sent when a worker dies.
  constexpr int unit = under_sanitizer ? 10'000 : 300;
  for (int i = 0; i < rounds(2000); ++i) {
    all.push_back(pool.with({.retries = 50})
                      .submit(
                          [](std::string text, int pause) {
                            std::this_thread::sleep_for(std::chrono::microseconds{pause});
                            return text + text;
                          },
                          std::string(static_cast<std::size_t>(i % 100) * 1000, 'x'), i % 7 * unit));
  }
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i].result(patience).size(), i % 100 * 2000);
  killer.stop();
  EXPECT_TRUE(is_at_full_size(pool));
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
  EXPECT_TRUE(is_at_full_size(pool));
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
