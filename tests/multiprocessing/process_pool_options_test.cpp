// What may be said about one task: retries, backoff, priority; terminate(); and what may be said about a pool's workers.

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/os.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tandem/platform/fd.hpp"
#include "tests/multiprocessing/pool_calls.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/one_processor.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using Count = multiprocessing::RawValue<std::atomic<int>>;
using Clock = std::chrono::steady_clock;

/// Fails in the manner of `how` for the first `failures` times.
int fail_at_first(Count attempts, int failures, std::string how) {
  const int attempt = ++*attempts;
  if (attempt > failures) return attempt;
  if (how == "throw") throw std::runtime_error{"attempt " + std::to_string(attempt)};
  if (how == "crash") ::raise(SIGKILL);
  if (how == "exit") std::exit(3);
  std::this_thread::sleep_for(10min);
  return 0;
}

/// Keeps a pool of one worker busy until it is told to go on.
class Busy {
 public:
  explicit Busy(ProcessPoolExecutor& pool) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe2"};
    until_.reset(ends[1]);
    future_ = pool.submit(
        [](platform::Fd end) {
          char byte = 0;
          return static_cast<int>(::read(end.get(), &byte, 1));
        },
        platform::Fd{ends[0]});
    EXPECT_TRUE(eventually([&] { return future_.running(); }));
  }
  void go_on() { until_.reset(); }

 private:
  platform::Fd until_;
  Future<int> future_;
};

TEST(PoolOptions, WhatFailsIsBegunAgain) {
  ProcessPoolExecutor pool{2};
  for (const char* const how : {"throw", "crash", "exit"}) {
    const Count attempts{0};
    EXPECT_EQ(pool.with({.retries = 3}).submit(fail_at_first, attempts, 3, std::string{how}).result(20s), 4) << how;
    EXPECT_EQ(*attempts, 4) << how;
  }
  const Count attempts{0};
  EXPECT_EQ(pool.with({.timeout = 50ms, .retries = 2}).submit(fail_at_first, attempts, 2, std::string{"sleep"}).result(20s), 3);
}

TEST(PoolOptions, TheLastAttemptDecides) {
  ProcessPoolExecutor pool{1};
  const Count throws{0};
  try {
    pool.with({.retries = 2}).submit(fail_at_first, throws, 100, std::string{"throw"}).result(20s);
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "attempt 3");
  }
  const Count crashes{0};
  EXPECT_THROW(pool.with({.retries = 1}).submit(fail_at_first, crashes, 100, std::string{"crash"}).result(20s), WorkerCrashed);
  EXPECT_EQ(*crashes, 2);
  const Count once{0};
  EXPECT_THROW(pool.submit(fail_at_first, once, 100, std::string{"throw"}).result(20s), std::runtime_error);
  EXPECT_EQ(*once, 1) << "without retries there is one attempt";
}

TEST(PoolOptions, ArgumentsWithDescriptorsAreThereInEachAttempt) {
  ProcessPoolExecutor pool{1};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const platform::Fd read{ends[0]};
  const Count attempts{0};
  auto future = pool.with({.retries = 2})
                    .submit(
                        [](Count count, platform::Fd out) {
                          if (++*count < 3) ::raise(SIGKILL);
                          return static_cast<int>(::write(out.get(), "x", 1));
                        },
                        attempts, platform::Fd{ends[1]});
  EXPECT_EQ(future.result(20s), 1);
  char byte = 0;
  EXPECT_EQ(::read(read.get(), &byte, 1), 1);
  EXPECT_EQ(::read(read.get(), &byte, 1), 0) << "and all copies of the descriptor are closed";
}

// It is about how long a task runs, and not about how long it waits.
TEST(PoolOptions, ATimeOutCountsFromTheBeginningOfTheAttempt) {
  ProcessPoolExecutor pool{1};
  Busy busy{pool};
  std::vector<Future<int>> behind;
  for (int i = 0; i < 3; ++i) behind.push_back(pool.with({.timeout = 500ms}).submit(next, i));
  const auto submitted = Clock::now();
  ASSERT_TRUE(eventually([&] { return Clock::now() - submitted > 600ms; }));  // nothing but time has to pass
  for (const auto& future : behind) EXPECT_FALSE(future.done());
  busy.go_on();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(behind[static_cast<std::size_t>(i)].result(20s), i + 1);
}

TEST(PoolOptions, BackoffDoublesAndOthersGoFirst) {
  ProcessPoolExecutor pool{1};
  const Count attempts{0};
  const auto begin = Clock::now();
  auto slow = pool.with({.retries = 3, .backoff = 50ms}).submit(fail_at_first, attempts, 3, std::string{"throw"});
  EXPECT_TRUE(eventually([&] { return *attempts >= 1; }));
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2) << "the worker does something else meanwhile";
  EXPECT_TRUE(slow.running());
  EXPECT_EQ(slow.result(20s), 4);
  EXPECT_GE(Clock::now() - begin, 50ms + 100ms + 200ms);
}

TEST(PoolOptions, ADestructorWaitsForAllAttempts) {
  const Count attempts{0};
  std::optional<Future<int>> future;
  {
    ProcessPoolExecutor pool{2};
    future = pool.with({.retries = 3, .backoff = 20ms}).submit(fail_at_first, attempts, 3, std::string{"crash"});
  }
  ASSERT_TRUE(future->done());
  EXPECT_EQ(future->result(), 4);
}

TEST(PoolOptions, ShutdownMayCancelWhatWaitsForAnotherAttempt) {
  ProcessPoolExecutor pool{1};
  const Count attempts{0};
  auto future = pool.with({.retries = 100, .backoff = 10min}).submit(fail_at_first, attempts, 100, std::string{"throw"});
  EXPECT_TRUE(eventually([&] { return *attempts == 1; }));
  pool.submit(next, 1).result(20s);  // the reply before has been seen
  pool.shutdown(true, true);
  EXPECT_TRUE(future.cancelled());
}

TEST(PoolOptions, OptionsThatMakeNoSenseAreRefused) {
  ProcessPoolExecutor pool{1};
  EXPECT_THROW(pool.with({.retries = -1}).submit(next, 1), std::invalid_argument);
  EXPECT_THROW(pool.with({.backoff = -1ms}).submit(next, 1), std::invalid_argument);
  EXPECT_THROW((ProcessPoolExecutor{ProcessPoolOptions{.max_tasks_per_child = 0}}), std::invalid_argument);
}

TEST(PoolOptions, HigherPrioritiesGoFirstAndEqualOnesInTheirOrder) {
  ProcessPoolExecutor pool{1};
  multiprocessing::Queue<int> order;
  {
    Busy busy{pool};
    const auto note = [](multiprocessing::Queue<int> to, int n) { to.put(n); };
    for (int i = 0; i < 5; ++i) pool.submit(note, order, i);
    for (int i = 10; i < 15; ++i) pool.with({.priority = 1}).submit(note, order, i);
    for (int i = 20; i < 25; ++i) pool.with({.priority = -1}).submit(note, order, i);
    for (int i = 30; i < 35; ++i) pool.with({.priority = 7}).submit(note, order, i);
    for (int i = 5; i < 10; ++i) pool.submit(note, order, i);
    busy.go_on();
  }
  pool.shutdown();
  std::vector<int> seen;
  while (const auto n = order.try_get()) seen.push_back(*n);
  EXPECT_EQ(seen, (std::vector{30, 31, 32, 33, 34, 10, 11, 12, 13, 14, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24}));
}

TEST(PoolOptions, TerminateStopsWhatRuns) {
  ProcessPoolExecutor pool{1};
  const auto before = pool.worker_pids();
  const Count attempts{0};
  auto future = pool.with({.retries = 5}).submit(fail_at_first, attempts, 100, std::string{"sleep"});
  auto behind = pool.submit(next, 1);
  EXPECT_TRUE(eventually([&] { return *attempts == 1; }));
  EXPECT_FALSE(future.cancel());
  EXPECT_TRUE(future.terminate());
  EXPECT_THROW(future.result(20s), CancelledError);
  EXPECT_TRUE(future.cancelled());
  EXPECT_EQ(behind.result(20s), 2) << "a new worker takes the one behind it";
  EXPECT_EQ(*attempts, 1) << "no further attempt is made";
  EXPECT_TRUE(eventually([&] { return ::kill(before[0], 0) == -1; }));
  EXPECT_FALSE(behind.terminate()) << "it is done";
}

TEST(PoolOptions, TerminateCancelsWhatHasNotBegun) {
  ProcessPoolExecutor pool{1};
  const auto pids = pool.worker_pids();
  Busy busy{pool};
  auto queued = pool.submit(next, 1);
  EXPECT_TRUE(queued.terminate());
  EXPECT_TRUE(queued.cancelled());
  busy.go_on();
  EXPECT_EQ(pool.submit(own_pid).result(20s), pids[0]) << "nobody was killed for that";
}

TEST(PoolOptions, TerminateEndsTheWaitForAnotherAttempt) {
  ProcessPoolExecutor pool{1};
  const Count attempts{0};
  auto future = pool.with({.retries = 1, .backoff = 10min}).submit(fail_at_first, attempts, 100, std::string{"throw"});
  EXPECT_TRUE(eventually([&] { return *attempts == 1; }));
  pool.submit(next, 1).result(20s);  // the reply before has been seen
  EXPECT_TRUE(future.terminate());
  EXPECT_TRUE(future.cancelled());
}

TEST(PoolOptions, TerminateOnThreadsStopsNothing) {
  ThreadPoolExecutor threads{1};
  std::atomic<bool> go_on{false};
  auto future = threads.submit([&] {
    while (!go_on) std::this_thread::yield();
    return 1;
  });
  auto queued = threads.submit([] { return 2; });
  EXPECT_TRUE(eventually([&] { return future.running(); }));
  EXPECT_FALSE(future.terminate());
  EXPECT_TRUE(queued.terminate());
  go_on = true;
  EXPECT_EQ(future.result(), 1);
}

TEST(PoolOptions, AFutureMayBeTerminatedAfterItsPool) {
  std::optional<Future<int>> future;
  {
    ProcessPoolExecutor pool{1};
    future = pool.submit(next, 1);
  }
  EXPECT_FALSE(future->terminate());
  EXPECT_EQ(future->result(), 2);
}

TEST(PoolOptions, WorkersGoAfterSoManyTasks) {
  ProcessPoolExecutor pool{{.max_workers = 1, .max_tasks_per_child = 3}};
  std::vector<int> pids;
  for (int i = 0; i < 9; ++i) pids.push_back(pool.submit(own_pid).result(20s));
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(pids[i], pids[i / 3 * 3]) << i;
  EXPECT_EQ(std::set<int>(pids.begin(), pids.end()).size(), 3U);
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 1; }));
}

TEST(PoolOptions, TerminateWorkersLetsThePoolGoOn) {
  ProcessPoolExecutor pool{2};
  const auto before = pool.worker_pids();
  const Count attempts{0};
  auto running = pool.submit(fail_at_first, attempts, 100, std::string{"sleep"});
  EXPECT_TRUE(eventually([&] { return *attempts == 1; }));
  pool.terminate_workers();
  try {
    running.result(20s);
    FAIL() << "no exception";
  } catch (const WorkerCrashed& crash) {
    EXPECT_EQ(crash.signal(), SIGTERM);
    EXPECT_EQ(crash.ended_by(), "terminate_workers()");
    EXPECT_NE(std::string{crash.what()}.find("by terminate_workers(): SIGTERM"), std::string::npos) << crash.what();
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
  for (const int pid : before) EXPECT_TRUE(eventually([&] { return ::kill(pid, 0) == -1; }));
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 2; }));
}

/// What the error of a task says that is `begun` when `end` ends its worker.
template <class End>
WorkerCrashed how_it_ended(ProcessPoolExecutor& pool, void (*task)(multiprocessing::Event), End end) {
  multiprocessing::Event begun;
  auto future = pool.with({.name = "endless"}).submit(task, begun);
  EXPECT_TRUE(begun.wait(20s));
  end();
  try {
    future.result(20s);
  } catch (const WorkerCrashed& crash) {
    return crash;
  }
  throw std::runtime_error{"it ended without an error"};
}

void endless(multiprocessing::Event begun) {
  begun.set();
  for (;;) std::this_thread::sleep_for(1s);
}

TEST(PoolOptions, AnEndedTaskSaysWhoEndedItsWorker) {
  ProcessPoolExecutor pool{1};
  const auto killed = how_it_ended(pool, endless, [&] { pool.kill_workers(); });
  EXPECT_EQ(killed.ended_by(), "kill_workers()");
  EXPECT_STREQ(killed.what(),
               ("task 'endless' was ended with worker " + std::to_string(killed.pid()) + " by kill_workers(): SIGKILL").c_str());
  EXPECT_EQ(how_it_ended(pool, endless, [&] { pool.kill_workers("the watchdog"); }).ended_by(), "the watchdog");
  const auto both = how_it_ended(pool, endless, [&] {
    pool.terminate_workers("the first");
    pool.kill_workers("the second");
  });
  EXPECT_EQ(both.ended_by(), both.signal() == SIGTERM ? "the first" : "the second");
  const auto by_others = how_it_ended(pool, endless, [&] { ::kill(pool.worker_pids().at(0), SIGKILL); });
  EXPECT_EQ(by_others.ended_by(), "");
  EXPECT_STREQ(by_others.what(), ("task 'endless' crashed worker " + std::to_string(by_others.pid()) + ": SIGKILL").c_str());
  // A worker that goes in a way of its own when it is told to.
  const auto polite = how_it_ended(
      pool,
      [](multiprocessing::Event begun) {
        std::signal(SIGTERM, [](int) { ::_exit(4); });
        endless(begun);
      },
      [&] { pool.terminate_workers(); });
  EXPECT_EQ(polite.exit_code(), 4);
  EXPECT_NE(std::string{polite.what()}.find("exit code 4 (after SIGTERM by terminate_workers())"), std::string::npos)
      << polite.what();
}

// Its worker is a new one each time, which may have begun the task before the pool has gone on from starting it.
TEST(PoolOptions, WhoHearsFromATaskCanEndIt) {
  ProcessPoolExecutor pool{1};
  for (int round = 0; round < 150; ++round) {
    how_it_ended(pool, endless, [&] { pool.kill_workers(); });
    multiprocessing::Event begun;
    auto future = pool.submit(endless, begun);
    ASSERT_TRUE(begun.wait(20s));
    ASSERT_TRUE(future.terminate());
    ASSERT_THROW(future.result(20s), CancelledError) << "round " << round;
  }
}

TEST(PoolOptions, AWorkerThatBlocksSigtermFinishesItsTaskFirst) {
  ProcessPoolExecutor pool{1};
  const auto before = pool.worker_pids();
  multiprocessing::Queue<int> go_on;
  multiprocessing::Queue<int> there;
  auto stubborn = pool.submit(
      [](multiprocessing::Queue<int> out, multiprocessing::Queue<int> in) {
        std::signal(SIGTERM, SIG_IGN);
        out.put(1);
        return in.get();
      },
      there, go_on);
  ASSERT_EQ(there.get(20s), 1);
  pool.terminate_workers();
  go_on.put(7);
  EXPECT_EQ(stubborn.result(20s), 7);
  EXPECT_NE(pool.submit(own_pid).result(20s), before[0]) << "then it goes";
}

TEST(PoolOptions, ByDefaultThereIsAWorkerForEachProcessorToRunOn) {
  EXPECT_EQ(ProcessPoolExecutor{}.max_workers(), multiprocessing::cpu_count());
  const test::OneProcessor one;
  ProcessPoolExecutor pool;
  EXPECT_EQ(pool.max_workers(), 1);
  EXPECT_EQ(pool.worker_pids().size(), 1U);
}

}  // namespace
}  // namespace tandem::futures
