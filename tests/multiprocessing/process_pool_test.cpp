#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/remote/exception.hpp"
#include "tests/multiprocessing/pool_calls.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;

int loaded = 0;
void load(int n) { loaded = n; }
int what_is_loaded() { return loaded; }

TEST(ProcessPool, WorksInItsWorkers) {
  ProcessPoolExecutor pool{3};
  EXPECT_EQ(pool.max_workers(), 3);
  const auto pids = pool.worker_pids();
  ASSERT_EQ(pids.size(), 3U);
  EXPECT_EQ(std::set<int>(pids.begin(), pids.end()).size(), 3U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(std::count(pids.begin(), pids.end(), pool.submit(own_pid).result()), 1);
}

TEST(ProcessPool, ByDefaultThereIsAWorkerForEachProcessor) {
  ProcessPoolExecutor pool;
  EXPECT_GE(pool.max_workers(), 1);
  EXPECT_EQ(pool.submit(next, 1).result(), 2);
}

TEST(ProcessPool, RefusesANumberOfWorkersThatMakesNoSense) {
  EXPECT_THROW(ProcessPoolExecutor{0}, std::invalid_argument);
  EXPECT_THROW(ProcessPoolExecutor{-1}, std::invalid_argument);
  EXPECT_THROW((ProcessPoolExecutor{ProcessPoolOptions{.max_workers = -1}}), std::invalid_argument);
}

TEST(ProcessPool, TheInitializerRunsInEachWorkerAlsoInNewOnes) {
  ProcessPoolExecutor pool{2, load, 7};
  std::vector<Future<int>> all;
  for (int i = 0; i < 20; ++i) all.push_back(pool.submit(what_is_loaded));
  for (const auto& future : all) EXPECT_EQ(future.result(), 7);
  pool.kill_workers();
  EXPECT_EQ(pool.submit(what_is_loaded).result(20s), 7);
  EXPECT_EQ(loaded, 0) << "and not here";
}

TEST(ProcessPool, WorkersAreNamedAfterTheirPool) {
  ProcessPoolExecutor pool{{.max_workers = 2, .name = "parse"}};
  EXPECT_EQ(pool.submit([](int) { return multiprocessing::current_process().name().substr(0, 6); }, 1).result(), "parse ");
  const std::set<std::string> expected{"tandem: parse 1/2", "tandem: parse 2/2"};
  std::set<std::string> lines;
  for (const int pid : pool.worker_pids()) {
    std::string line;
    EXPECT_TRUE(eventually([&] {
      std::ifstream file{"/proc/" + std::to_string(pid) + "/cmdline"};
      std::getline(file, line, '\0');
      return expected.contains(line);  // who reads while the process writes sees a part of it
    }));
    lines.insert(line);
  }
  EXPECT_EQ(lines, expected);
}

TEST(ProcessPool, AnErrorTellsWhereItCameFrom) {
  ProcessPoolExecutor pool{{.max_workers = 1, .name = "parse"}};
  auto future = pool.with({.name = "page 7"}).submit([](int n) -> int { throw std::out_of_range{"no " + std::to_string(n)}; }, 7);
  const auto origin = remote::origin_of(future.exception());
  ASSERT_TRUE(origin.has_value());
  EXPECT_EQ(origin->pid, pool.worker_pids().front());
  EXPECT_EQ(origin->worker, "parse 1/1");
  EXPECT_EQ(origin->task, "page 7");
  try {
    future.result();
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "no 7");
  }
}

TEST(ProcessPool, DescriptorsTravelBothWays) {
  ProcessPoolExecutor pool{1};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const platform::Fd read{ends[0]};
  {
    platform::Fd back = pool.submit(
                                [](platform::Fd out) {
                                  if (::write(out.get(), "there", 5) != 5) std::abort();
                                  return out;
                                },
                                platform::Fd{ends[1]})
                            .result();
    ASSERT_EQ(::write(back.get(), " and back", 9), 9);
  }
  std::string text;
  std::array<char, 64> buffer{};
  for (ssize_t size = 0; (size = ::read(read.get(), buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(size));
  EXPECT_EQ(text, "there and back");
}

TEST(ProcessPool, MapTakesChunks) {
  ProcessPoolExecutor pool{2};
  int expected = 1;
  for (const int n : pool.map(next, std::views::iota(0, 1000), {.chunksize = 64})) EXPECT_EQ(n, expected++);
  EXPECT_EQ(expected, 1001);
  for ([[maybe_unused]] const int n : pool.map(next, std::vector<int>{}, {.chunksize = 8})) FAIL();
}

TEST(ProcessPool, MapGivesTheResultsBeforeAnErrorInTheSameChunk) {
  ProcessPoolExecutor pool{2};
  std::vector<int> before;
  const auto walk = [&] {
    const auto odd = [](int n) { return n == 13 ? throw std::domain_error{"13"} : n; };
    for (const int n : pool.map(odd, std::views::iota(10, 20), {.chunksize = 5})) before.push_back(n);
  };
  EXPECT_THROW(walk(), std::domain_error);
  EXPECT_EQ(before, (std::vector{10, 11, 12}));
}

TEST(ProcessPool, AMapThatIsLeftDoesNotWaitForWhatRuns) {
  ProcessPoolExecutor pool{1};
  const auto begin = std::chrono::steady_clock::now();
  for (const int n : pool.map(
           [](int i) {
             if (i > 0) std::this_thread::sleep_for(10min);
             return i;
           },
           std::views::iota(0))) {
    EXPECT_EQ(n, 0);
    break;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1min);
  pool.kill_workers();
  pool.shutdown(true, true);
}

TEST(ProcessPool, AHundredThousandQueuedTasksAreCancelled) {
  ProcessPoolExecutor pool{1};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  platform::Fd until{ends[1]};
  auto busy = pool.submit(
      [](platform::Fd end) {
        char byte = 0;
        return static_cast<int>(::read(end.get(), &byte, 1));  // 0 once the test lets go
      },
      platform::Fd{ends[0]});
  std::vector<Future<int>> all;
  for (int i = 0; i < 100'000; ++i) all.push_back(pool.submit(next, i));
  pool.shutdown(false, true);
  EXPECT_TRUE(std::all_of(all.begin(), all.end(), [](const auto& future) { return future.cancelled(); }));
  EXPECT_FALSE(busy.done());
  until.reset();
  EXPECT_EQ(busy.result(20s), 0);
  pool.shutdown();
  EXPECT_TRUE(pool.worker_pids().empty());
}

// What was cancelled takes no room from what comes behind it.
TEST(ProcessPool, AnyNumberOfTasksMayBeCancelledWhileTheWorkersAreBusy) {
  ProcessPoolExecutor pool{1};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  platform::Fd until{ends[1]};
  auto busy = pool.submit(
      [](platform::Fd end) {
        char byte = 0;
        return static_cast<int>(::read(end.get(), &byte, 1));
      },
      platform::Fd{ends[0]});
  ASSERT_TRUE(eventually([&] { return busy.running(); }));
  for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(pool.submit(next, i).cancel());
  std::vector<Future<int>> last;
  for (int i = 0; i < 5000; ++i) last.push_back(pool.submit(next, i));
  for (int i = 0; i < 4999; ++i) ASSERT_TRUE(last[static_cast<std::size_t>(i)].cancel());
  EXPECT_FALSE(busy.cancel());
  until.reset();
  EXPECT_EQ(busy.result(20s), 0);
  EXPECT_EQ(last.back().result(20s), 5000);
}

TEST(ProcessPool, LargeArgumentsWaitInMemoryAndTakeNoDescriptors) {
  ProcessPoolExecutor pool{1};
  const std::string large(100'000, 'x');
  std::vector<Future<std::size_t>> all;
  for (int i = 0; i < 2000; ++i) all.push_back(pool.submit([](std::string text) { return text.size(); }, large));
  for (const auto& future : all) EXPECT_EQ(future.result(60s), large.size());
}

TEST(ProcessPool, ShutdownMayBeCalledWithoutWaiting) {
  ProcessPoolExecutor pool{1};
  auto future = pool.submit(
      [](int n) {
        std::this_thread::sleep_for(50ms);
        return n;
      },
      7);
  pool.shutdown(false);
  EXPECT_THROW(pool.submit(next, 1), std::logic_error);
  EXPECT_EQ(future.result(), 7);
}

TEST(ProcessPool, ACallbackMaySubmitButNotWaitForTheEnd) {
  ProcessPoolExecutor pool{1};
  std::atomic<int> second{0};
  std::atomic<bool> refused{false};
  multiprocessing::Queue<int> go_on;  // or it might be done, and the callback be called here
  auto future = pool.submit([](multiprocessing::Queue<int> from) { return from.get(); }, go_on);
  future.add_done_callback([&](auto& done) {
    pool.submit(next, done.result()).add_done_callback([&](auto& last) { second = last.result(); });
    try {
      pool.shutdown(true);
    } catch (const std::logic_error&) {
      refused = true;
    }
  });
  go_on.put(2);
  EXPECT_TRUE(eventually([&] { return second == 3; }));
  EXPECT_TRUE(refused);
}

// As a pool of threads may by one of its tasks. Nobody waits then, but what was submitted is done.
TEST(ProcessPool, ACallbackMayDestroyIt) {
  auto pool = std::make_unique<ProcessPoolExecutor>(2);
  multiprocessing::Queue<int> go_on;
  multiprocessing::Queue<int> go_on_later;
  const auto get = [](multiprocessing::Queue<int> from) { return from.get(); };
  auto first = pool->submit(get, go_on);
  std::vector<Future<int>> behind;
  behind.push_back(pool->submit(get, go_on_later));
  for (int i = 0; i < 100; ++i) behind.push_back(pool->submit(next, i));
  std::atomic<bool> gone{false};
  first.add_done_callback([&](auto& /*done*/) {
    pool.reset();
    gone = true;
  });
  go_on.put(1);
  ASSERT_TRUE(eventually([&] { return gone.load(); }));
  EXPECT_FALSE(behind.front().done());
  go_on_later.put(7);
  EXPECT_EQ(behind.front().result(20s), 7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(behind[static_cast<std::size_t>(i + 1)].result(20s), i + 1);
}

TEST(ProcessPool, ACallbackOfATaskThatCrashesMayDestroyIt) {
  auto pool = std::make_unique<ProcessPoolExecutor>(1);
  multiprocessing::Queue<int> go_on;
  auto crashing = pool->submit(
      [](multiprocessing::Queue<int> from) {
        from.get();
        std::abort();
      },
      go_on);
  auto behind = pool->submit(next, 1);
  crashing.add_done_callback([own = std::move(pool)](auto& done) { EXPECT_THROW(done.result(), WorkerCrashed); });
  go_on.put(1);
  EXPECT_EQ(behind.result(20s), 2) << "there is another worker for it";
}

}  // namespace
}  // namespace tandem::futures
