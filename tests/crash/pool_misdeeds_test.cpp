// A pool whose tasks do to their workers all that they should not, also while somebody kills these: each task ends exactly once, in
// a way that fits it, nothing hangs, and the pool is at its full size in the end.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/pool.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/crash/pool_fixture.hpp"
#include "tests/crash/pool_killer.hpp"
#include "tests/crash/pool_ledger.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using futures::CancelledError;
using futures::Future;
using futures::ProcessPoolExecutor;
using futures::TaskTimeout;
using futures::WorkerCrashed;
using multiprocessing::Event;

class PoolMisdeeds : public PoolTest {};

/// What a task does to its worker. A number, as it is sent to it.
enum Misdeed : int { none, aborts, exits, ignores_sigterm, closes_all, stops, hangs_without_sigterm, leaks };
constexpr int misdeeds = under_sanitizer ? leaks : leaks + 1;  // a sanitizer's allocator would end the process
constexpr auto time_out = 20ms;
constexpr std::size_t memory_limit = std::size_t{16} << 20;

[[noreturn]] void sleep_for_ever() {
  for (;;) std::this_thread::sleep_for(1h);
}

/// In one of two ways.
void refuse_sigterm(int way) {
  if (way % 2 == 0) {
    std::signal(SIGTERM, SIG_IGN);
    return;
  }
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void leak_for_ever() {
  static std::vector<std::string> all;
  for (;;) all.emplace_back(std::size_t{1} << 20, 'x');
}

void do_to_the_worker(int misdeed, int task) {
  switch (misdeed) {
    case aborts:
      std::signal(SIGABRT, SIG_DFL);
      std::abort();
    case exits:
      std::exit(3);
    case ignores_sigterm:
      return refuse_sigterm(task);  // and lives on
    case closes_all:
      for (int fd = 3; fd < 1024; ++fd) ::close(fd);
      return;
    case stops:
      ::raise(SIGSTOP);
      sleep_for_ever();
    case hangs_without_sigterm:
      refuse_sigterm(task);
      sleep_for_ever();
    case leaks:
      return leak_for_ever();
    default:
      return;
  }
}

int answer(int task) { return 3 * task + 1; }

// One in sixteen takes a while, so that there is time for many deaths.
int misbehave(ExecutionsOfAll executions, int task, int misdeed) {
  note_begun(executions, task);
  if (task % 16 == 0) std::this_thread::sleep_for(std::chrono::microseconds{task / 16 % 100 * (under_sanitizer ? 200 : 10)});
  do_to_the_worker(misdeed, task);
  note_ended(executions, task);
  return answer(task);
}

futures::TaskOptions options_for(int misdeed) {
  switch (misdeed) {
    case stops:
    case hangs_without_sigterm:
      return {.timeout = time_out};
    case leaks:
      return {.memory_limit = memory_limit};
    default:
      return {};
  }
}

/// Looks at the end of a task. True if it went with its worker for no reason of its own.
bool is_lost(const Future<int>& future, int task, int misdeed, PoolLedger& ledger) {
  const auto name = [&] { return "task " + std::to_string(task) + ", misdeed " + std::to_string(misdeed); };
  try {
    EXPECT_EQ(future.result(patience), answer(task));
    ledger.found(task, true);
    EXPECT_TRUE(misdeed == none || misdeed == ignores_sigterm || misdeed == closes_all) << name();
    return false;
  } catch (const TaskTimeout&) {
    EXPECT_TRUE(misdeed == stops || misdeed == hangs_without_sigterm) << name();
  } catch (const futures::TaskMemoryExceeded&) {
    EXPECT_EQ(misdeed, leaks) << name();
  } catch (const WorkerCrashed& crash) {
    ledger.found(task, false);
    if (misdeed == aborts && crash.signal() == SIGABRT) return false;
    if (misdeed == exits && crash.exit_code() == 3) return false;
    // By the killer, or because it could not give its result any more: it had closed its worker's channel, or a task before it had.
    EXPECT_TRUE(crash.signal() == SIGKILL || crash.exit_code() == 1) << name() << ": " << crash.what();
    return misdeed != closes_all;
  }
  ledger.found(task, false);
  return false;
}

// One task in 500 misbehaves.
TEST_F(PoolMisdeeds, AHundredThousandTasksUnderFire) {
  const int tasks = rounds(100'000);
  PoolLedger ledger{tasks};
  std::vector<int> deeds;
  for (int i = 0; i < tasks; ++i) deeds.push_back(random_() % 500 != 0 ? none : 1 + static_cast<int>(random_() % (misdeeds - 1)));
  int lost = 0;
  int kills = 0;
  {
    ProcessPoolExecutor pool{3};
    PoolKiller killer{pool, random_};
    std::vector<Future<int>> all;
    for (int i = 0; i < tasks; ++i) {
      const int deed = deeds[static_cast<std::size_t>(i)];
      all.push_back(pool.with(options_for(deed)).submit(misbehave, ledger.executions(), i, deed));
      ledger.watch(i, all.back());
    }
    for (int i = 0; i < tasks; ++i) {
      const auto at = static_cast<std::size_t>(i);
      lost += is_lost(all[at], i, deeds[at], ledger) ? 1 : 0;
    }
    kills = killer.stop();
    EXPECT_TRUE(is_at_full_size(pool));
  }
  ledger.expect_one_end_each();
  EXPECT_GE(kills, 10);
  const auto closers = std::count(deeds.begin(), deeds.end(), closes_all);
  EXPECT_LE(lost, kills + closers) << "the death of a worker costs no more than the task that was running";
  std::printf("%d kills, %td misdeeds, %d of the other tasks lost\n", kills, tasks - std::count(deeds.begin(), deeds.end(), none),
              lost);
}

// Nobody kills here, so that each misdeed must end in its own way.
TEST_F(PoolMisdeeds, EachHasItsOwnEnd) {
  const int tasks = rounds(500);
  PoolLedger ledger{tasks};
  {
    ProcessPoolExecutor pool{3};
    std::vector<Future<int>> all;
    const auto deed = [](int task) { return task % (misdeeds + 2) >= misdeeds ? none : task % (misdeeds + 2); };
    for (int i = 0; i < tasks; ++i) {
      all.push_back(pool.with(options_for(deed(i))).submit(misbehave, ledger.executions(), i, deed(i)));
      ledger.watch(i, all.back());
    }
    int lost = 0;
    for (int i = 0; i < tasks; ++i) lost += is_lost(all[static_cast<std::size_t>(i)], i, deed(i), ledger) ? 1 : 0;
    EXPECT_LE(lost, tasks / (misdeeds + 2) + 1) << "not more than there are tasks that close their worker's channel";
    EXPECT_TRUE(is_at_full_size(pool));
  }
  ledger.expect_one_end_each();
}

void endless_and_stubborn(ExecutionsOfAll executions, int task, Event there) {
  note_begun(executions, task);
  refuse_sigterm(task);
  there.set();
  sleep_for_ever();
}

Future<void> begun_and_stubborn(ProcessPoolExecutor& pool, PoolLedger& ledger, int task) {
  Event there;
  auto future = pool.submit(endless_and_stubborn, ledger.executions(), task, there);
  ledger.watch(task, future);
  EXPECT_TRUE(there.wait(patience));
  return future;
}

/// Who of this program ended its worker with SIGKILL.
template <class Result>
std::string killed_by(Result result) {
  try {
    result(patience);
  } catch (const WorkerCrashed& crash) {
    EXPECT_EQ(crash.signal(), SIGKILL);
    EXPECT_TRUE(eventually([&] { return ::kill(crash.pid(), 0) == -1; })) << "it is there still";
    return crash.ended_by();
  }
  return "nobody: it has a result";
}

TEST_F(PoolMisdeeds, TerminateStopsATaskThatRefusesSigterm) {
  const int tasks = rounds(100);
  PoolLedger ledger{tasks};
  {
    ProcessPoolExecutor pool{2};
    for (int i = 0; i < tasks; ++i) {
      auto future = begun_and_stubborn(pool, ledger, i);
      EXPECT_TRUE(future.terminate());
      EXPECT_THROW(future.result(patience), CancelledError);
      ledger.found(i, false);
    }
    EXPECT_TRUE(is_at_full_size(pool));
  }
  ledger.expect_one_end_each();
}

TEST_F(PoolMisdeeds, KillWorkersEndsWhatTerminateWorkersLeaves) {
  const int tasks = rounds(100);
  PoolLedger ledger{tasks};
  {
    ProcessPoolExecutor pool{2};
    for (int i = 0; i < tasks; ++i) {
      ASSERT_TRUE(is_at_full_size(pool));
      auto future = begun_and_stubborn(pool, ledger, i);
      const auto before = pool.worker_pids();
      pool.terminate_workers();
      const auto stays = [&](int pid) { return std::find(before.begin(), before.end(), pid) != before.end(); };
      EXPECT_TRUE(eventually([&] {
        const auto now = pool.worker_pids();
        return now.size() == 2 && std::count_if(now.begin(), now.end(), stays) == 1;
      })) << "the idle one goes";
      EXPECT_FALSE(future.done());
      pool.kill_workers();
      EXPECT_EQ(killed_by([&](Deadline deadline) { future.result(deadline); }), "kill_workers()");
      ledger.found(i, false);
    }
    EXPECT_TRUE(is_at_full_size(pool));
  }
  ledger.expect_one_end_each();
}

TEST_F(PoolMisdeeds, AShutdownIsOverWhenItsWorkersAreKilled) {
  for (int round = 0; round < rounds(20); ++round) {
    PoolLedger ledger{2};
    {
      ProcessPoolExecutor pool{2};
      std::array futures{begun_and_stubborn(pool, ledger, 0), begun_and_stubborn(pool, ledger, 1)};
      auto waiting = pool.submit(answer, 1);
      pool.shutdown(false, true);
      pool.terminate_workers();
      EXPECT_TRUE(waiting.cancelled());
      EXPECT_TRUE(futures[0].running() && futures[1].running());
      pool.kill_workers();
      for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(killed_by([&](Deadline deadline) { futures[static_cast<std::size_t>(i)].result(deadline); }), "kill_workers()");
        ledger.found(i, false);
      }
    }
    ledger.expect_one_end_each();
  }
}

TEST_F(PoolMisdeeds, APoolEndsTasksThatRefuseSigterm) {
  for (int round = 0; round < rounds(40); ++round) {
    const ExecutionsOfAll executions{2};
    std::array<Event, 2> there;
    std::vector<multiprocessing::AsyncResult<void>> ends;
    const bool terminates = round % 2 == 0;
    {
      multiprocessing::Pool pool{2};
      for (int i = 0; i < 2; ++i) {
        ends.push_back(pool.apply_async(endless_and_stubborn, executions, i, there[static_cast<std::size_t>(i)]));
      }
      for (Event& event : there) ASSERT_TRUE(event.wait(patience));
      if (terminates) {
        pool.terminate();
        pool.join();
      }
    }
    for (const auto& end : ends) {
      EXPECT_EQ(killed_by([&](Deadline deadline) { end.get(deadline); }),
                terminates ? "Pool::terminate()" : "the Pool's destructor");
    }
    for (const auto [begun, ended] : executions) {
      EXPECT_EQ(begun, 1U);
      EXPECT_EQ(ended, 0U);
    }
  }
}

}  // namespace
}  // namespace tandem::test
