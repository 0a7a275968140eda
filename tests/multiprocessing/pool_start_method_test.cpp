// What process pools are for, with workers that have come into being in each way that there is for them.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/pool.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/platform/fd.hpp"
#include "tests/multiprocessing/pool_calls.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Context;
using multiprocessing::get_context;
using multiprocessing::Pool;
using multiprocessing::Queue;
using test::eventually;

/// Sixteen bytes that the kernel gives to each execution of a program, and a fork keeps.
std::string execution() { return {reinterpret_cast<const char*>(::getauxval(AT_RANDOM)), 16}; }

int kept = 0;
void keep(int n) { kept = n; }
int what_is_kept() { return kept; }

class PoolStartMethod : public ::testing::TestWithParam<std::string_view> {
 protected:
  static Context context() { return get_context(GetParam()); }
  static ProcessPoolOptions workers(int count) { return {.max_workers = count, .mp_context = context()}; }
};
INSTANTIATE_TEST_SUITE_P(StartMethods, PoolStartMethod, ::testing::Values("forkserver", "spawn"),
                         [](const auto& method) { return std::string{method.param}; });

TEST_P(PoolStartMethod, WorkersComeIntoBeingThatWay) {
  ProcessPoolExecutor executor{workers(1)};
  EXPECT_EQ(executor.submit(execution).result(20s) != execution(), GetParam() == "spawn");
  executor.kill_workers();
  EXPECT_EQ(executor.submit(execution).result(20s) != execution(), GetParam() == "spawn") << "and so do those that replace them";
}

TEST_P(PoolStartMethod, APoolOfTheContextIsOfItsWorkers) {
  Pool pool = context().Pool(2);
  EXPECT_EQ(pool.apply(execution) != execution(), GetParam() == "spawn");
  EXPECT_EQ(pool.map(next, std::vector{1, 2, 3}), (std::vector{2, 3, 4}));
  Pool same{{.processes = 1, .context = context()}};
  EXPECT_EQ(same.apply(execution) != execution(), GetParam() == "spawn");
}

TEST_P(PoolStartMethod, APoolOfTheContextHasAllArgumentsOfAPool) {
  Pool kept_by_all = context().Pool(1, keep, 7);
  EXPECT_EQ(kept_by_all.apply(what_is_kept), 7);
  Pool named = context().Pool({.processes = 1, .initializer = {keep, 8}, .name = "parse"});
  EXPECT_EQ(named.apply(what_is_kept), 8);
  EXPECT_EQ(named.apply([] { return multiprocessing::current_process().name(); }), "parse 1/1");
  Pool usual = context().Pool();
  EXPECT_EQ(usual.apply(next, 1), 2);
  EXPECT_THROW(static_cast<void>(context().Pool(0)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(context().Pool(-1)), std::invalid_argument);
}

TEST_P(PoolStartMethod, TheDefaultIsThatOfThePrograms) {
  multiprocessing::set_start_method(GetParam(), true);
  {
    ProcessPoolExecutor executor{1};
    EXPECT_EQ(executor.submit(execution).result(20s) != execution(), GetParam() == "spawn");
    Pool pool{1};
    EXPECT_EQ(pool.apply(execution) != execution(), GetParam() == "spawn");
  }
  multiprocessing::set_start_method("forkserver", true);
}

TEST_P(PoolStartMethod, ManyTasksAndAMapComeBack) {
  ProcessPoolExecutor executor{workers(2)};
  std::vector<Future<int>> all;
  for (int i = 0; i < 1000; ++i) all.push_back(executor.submit(next, i));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)].result(20s), i + 1);
  int expected = 1;
  for (const int n : executor.map(next, std::views::iota(0, 1000), {.chunksize = 64})) ASSERT_EQ(n, expected++);
  EXPECT_EQ(expected, 1001);
}

TEST_P(PoolStartMethod, ACrashCostsItsTaskAndAnotherWorkerComes) {
  ProcessPoolExecutor executor{workers(1)};
  const int first = executor.submit(own_pid).result(20s);
  auto crashed = executor.submit([] { ::raise(SIGKILL); });
  auto behind = executor.submit(own_pid);
  try {
    crashed.result(20s);
    FAIL() << "no exception";
  } catch (const WorkerCrashed& error) {
    EXPECT_EQ(error.signal(), SIGKILL) << error.what();
    EXPECT_EQ(error.pid(), first);
  }
  EXPECT_NE(behind.result(20s), first);
}

TEST_P(PoolStartMethod, ExitCodesArrive) {
  ProcessPoolExecutor executor{workers(1)};
  try {
    executor.submit([] { ::_exit(7); }).result(20s);
    FAIL() << "no exception";
  } catch (const WorkerCrashed& error) {
    EXPECT_EQ(error.exit_code(), 7) << error.what();
  }
}

TEST_P(PoolStartMethod, ATimeOutEndsItsTask) {
  ProcessPoolExecutor executor{workers(1)};
  auto late = executor.with({.timeout = 50ms}).submit([] { ::pause(); });
  EXPECT_THROW(late.result(20s), TaskTimeout);
  EXPECT_EQ(executor.submit(next, 1).result(20s), 2);
}

TEST_P(PoolStartMethod, TheInitializerRunsInNewWorkersToo) {
  ProcessPoolOptions options = workers(2);
  options.initializer = {keep, 7};
  ProcessPoolExecutor executor{options};
  EXPECT_EQ(executor.submit(what_is_kept).result(20s), 7);
  executor.kill_workers();
  EXPECT_EQ(executor.submit(what_is_kept).result(20s), 7);
  EXPECT_EQ(kept, 0) << "and not here";
}

TEST_P(PoolStartMethod, WorkersGoAfterSoManyTasks) {
  ProcessPoolOptions options = workers(1);
  options.max_tasks_per_child = 2;
  ProcessPoolExecutor executor{options};
  std::vector<Future<int>> all;
  for (int i = 0; i < 8; ++i) all.push_back(executor.submit(own_pid));
  std::multiset<int> pids;
  for (const auto& future : all) pids.insert(future.result(20s));
  for (const int pid : pids) EXPECT_EQ(pids.count(pid), 2U);
}

TEST_P(PoolStartMethod, LargeArgumentsGoThereAndBack) {
  ProcessPoolExecutor executor{workers(2)};
  std::vector<Future<std::string>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(executor.submit([](std::string text) { return text + "!"; }, std::string(3'000'000, static_cast<char>('a' + i))));
  }
  for (int i = 0; i < 8; ++i) {
    const std::string text = all[static_cast<std::size_t>(i)].result(20s);
    ASSERT_EQ(text.size(), 3'000'001U);
    EXPECT_EQ(text.front(), static_cast<char>('a' + i));
    EXPECT_EQ(text.back(), '!');
  }
}

TEST_P(PoolStartMethod, DescriptorsTravelBothWays) {
  ProcessPoolExecutor executor{workers(1)};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const platform::Fd read{ends[0]};
  {
    const auto say = [](platform::Fd out) {
      if (::write(out.get(), "there", 5) != 5) throw std::runtime_error{"write"};
      return out;
    };
    const platform::Fd back = executor.submit(say, platform::Fd{ends[1]}).result(20s);
    ASSERT_EQ(::write(back.get(), " and back", 9), 9);
  }
  std::string text;
  std::array<char, 64> buffer{};
  for (ssize_t size = 0; (size = ::read(read.get(), buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(size));
  EXPECT_EQ(text, "there and back");
}

TEST_P(PoolStartMethod, AQueueIsAnArgumentAndAResult) {
  ProcessPoolExecutor executor{workers(1)};
  Queue<int> numbers;
  auto filled = executor.submit(
      [](Queue<int> out) {
        out.put(1);
        return out;
      },
      numbers);
  EXPECT_EQ(numbers.get(20s), 1);
  Queue<int> same = filled.result(20s);
  same.put(2);
  EXPECT_EQ(numbers.get(20s), 2);
}

TEST_P(PoolStartMethod, KilledWorkersSayWhoKilledThem) {
  ProcessPoolExecutor executor{workers(2)};
  Queue<int> begun;
  auto busy = executor.submit(
      [](Queue<int> out) {
        out.put(1);
        ::pause();
      },
      begun);
  begun.get(20s);
  executor.kill_workers();
  try {
    busy.result(20s);
    FAIL() << "no exception";
  } catch (const WorkerCrashed& error) {
    EXPECT_EQ(error.ended_by(), "kill_workers()") << error.what();
  }
  EXPECT_EQ(executor.submit(next, 1).result(20s), 2);
}

TEST_P(PoolStartMethod, ATaskHasPoolsOfItsOwn) {
  ProcessPoolExecutor executor{workers(1)};
  const auto in_a_pool = [](std::string method, int n) {
    Pool pool = get_context(method).Pool(2);
    return pool.apply(next, n);
  };
  EXPECT_EQ(executor.submit(in_a_pool, std::string{GetParam()}, 1).result(20s), 2);
}

// By somebody else, who is not the pool's business, as long as it is not for ever.
TEST_P(PoolStartMethod, WorkersMayBeKilledBeforeTheyAreReady) {
  ProcessPoolExecutor executor{workers(1)};
  std::vector<int> last{0};
  for (int round = 0; round < 10; ++round) {
    std::vector<int> pids;
    ASSERT_TRUE(eventually([&] {
      pids = executor.worker_pids();
      return !pids.empty() && pids != last;
    })) << round;
    last = pids;
    ::kill(last.front(), SIGKILL);
  }
  // The last one may have been quick enough to take it.
  EXPECT_EQ(executor.with({.retries = 1}).submit(next, 1).result(20s), 2);
}

TEST_P(PoolStartMethod, APoolMayGoBeforeItsWorkersAreThere) {
  for (int i = 0; i < 5; ++i) ProcessPoolExecutor{workers(2)};
  std::vector<Future<int>> all;
  {
    ProcessPoolExecutor executor{workers(2)};
    for (int n = 0; n < 5; ++n) all.push_back(executor.submit(next, n));
  }
  for (int n = 0; n < 5; ++n) EXPECT_EQ(all[static_cast<std::size_t>(n)].result(), n + 1);
}

template <class F>
std::string refusal(F act) {
  try {
    act();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(PoolByFork, IsRefusedWithWhatToDoInstead) {
  const std::string instead = "get_context(\"forkserver\")";
  EXPECT_NE(refusal([] { ProcessPoolExecutor{{.mp_context = get_context<"fork">()}}; }).find(instead), std::string::npos);
  EXPECT_NE(refusal([] { static_cast<void>(get_context("fork").Pool(2)); }).find(instead), std::string::npos);
  multiprocessing::set_start_method("fork", true);
  EXPECT_NE(refusal([] { Pool{2}; }).find(instead), std::string::npos);
  EXPECT_EQ(ProcessPoolExecutor({.max_workers = 1, .mp_context = get_context<"forkserver">()}).submit(next, 1).result(20s), 2);
  multiprocessing::set_start_method("forkserver", true);
}

TEST(PoolContext, IsWhatTheCompilerKnowsToo) {
  Pool spawned = get_context<"spawn">().Pool(1);
  EXPECT_NE(spawned.apply(execution), execution());
  Pool copied = get_context<"forkserver">().Pool(1);
  EXPECT_EQ(copied.apply(execution), execution());
}

}  // namespace
}  // namespace tandem::futures
