#include "tandem/multiprocessing/pool.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/thread_pool.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"
#include "tests/conformance/pool_suite.hpp"

namespace tandem::test {
namespace {

template <class P>
struct PoolWithWorkers {
  using Pool = P;
  static std::unique_ptr<P> make(int workers) { return std::make_unique<P>(workers); }
};

// One line for each pool.
INSTANTIATE_TYPED_TEST_SUITE_P(Threads, PoolSuite, PoolWithWorkers<multiprocessing::ThreadPool>);
INSTANTIATE_TYPED_TEST_SUITE_P(Processes, PoolSuite, PoolWithWorkers<multiprocessing::Pool>);

TEST(ThreadPool, TakesWhatCannotBeSent) {
  multiprocessing::ThreadPool pool{2};
  int calls = 0;
  sync::Lock lock;
  const auto count = [&](int n) {
    const sync::Guard hold{lock};
    calls += 1;
    return n;
  };
  EXPECT_EQ(pool.map(count, std::vector{1, 2, 3}), (std::vector{1, 2, 3}));
  EXPECT_EQ(calls, 3);
}

TEST(ThreadPool, AWorkerMayMapOverItsOwnPool) {
  multiprocessing::ThreadPool pool{1};
  const auto outer = [&](int n) {
    int sum = 0;
    for (const int part : pool.map(negate, std::views::iota(0, n))) sum += part;
    return sum;
  };
  EXPECT_EQ(pool.map(outer, std::vector{3, 4}), (std::vector{-3, -6}));
}

TEST(Pool, WorksInOtherProcesses) {
  multiprocessing::Pool pool{2};
  const auto pid = [] { return multiprocessing::current_process().pid(); };
  EXPECT_NE(pool.apply(pid), pid());
}

TEST(Pool, ACrashIsTheResultOfItsCallOnly) {
  multiprocessing::Pool pool{2};
  const auto crash = pool.apply_async([] { std::abort(); });
  EXPECT_THROW(crash.get(), futures::WorkerCrashed);
  EXPECT_EQ(pool.map(negate, std::vector{1, 2, 3}), (std::vector{-1, -2, -3}));
}

TEST(Pool, TerminateEndsWhatRuns) {
  multiprocessing::Pool pool{1};
  multiprocessing::Event begun;
  const auto endless = pool.apply_async(
      [](multiprocessing::Event tell) {
        tell.set();
        for (;;) std::this_thread::sleep_for(std::chrono::seconds{1});
      },
      begun);
  ASSERT_TRUE(begun.wait(std::chrono::seconds{20}));
  pool.terminate();
  pool.join();
  EXPECT_TRUE(endless.ready());
  EXPECT_FALSE(endless.successful());
  try {
    endless.get();
    FAIL() << "no exception";
  } catch (const futures::WorkerCrashed& end) {
    EXPECT_EQ(end.ended_by(), "Pool::terminate()") << "it did not crash by itself, and says so";
    EXPECT_EQ(std::string{end.what()}.find("crashed"), std::string::npos) << end.what();
  }
}

/// Where each worker remembers what its initializer said.
int greeting = 0;

TEST(Pool, EachWorkerBeginsWithTheInitializer) {
  multiprocessing::Pool pool{2, [](int given) { greeting = given; }, 17};
  for (const int seen : pool.map([](int) { return greeting; }, std::views::iota(0, 20))) EXPECT_EQ(seen, 17);
}

TEST(Pool, TakesPythonsArgumentsByTheirNames) {
  multiprocessing::Pool pool{{.processes = 1, .initializer = {[](int given) { greeting = given; }, 4}, .maxtasksperchild = 2}};
  const auto pid_and_greeting = [] { return std::pair{multiprocessing::current_process().pid(), greeting}; };
  std::vector<int> pids;
  for (int i = 0; i < 4; ++i) {
    const auto [pid, seen] = pool.apply(pid_and_greeting);
    pids.push_back(pid);
    EXPECT_EQ(seen, 4) << "new workers are initialized, too";
  }
  EXPECT_EQ(pids[0], pids[1]);
  EXPECT_NE(pids[1], pids[2]);
  EXPECT_EQ(pids[2], pids[3]);
  EXPECT_THROW((multiprocessing::Pool{{.maxtasksperchild = 0}}), std::invalid_argument);
  EXPECT_THROW((multiprocessing::Pool{{.processes = -1}}), std::invalid_argument);
}

TEST(ThreadPool, EachWorkerBeginsWithTheInitializer) {
  static thread_local int mine = 0;
  multiprocessing::ThreadPool pool{2, [](int given) { mine = given; }, 17};
  for (const int seen : pool.map([](int) { return mine; }, std::views::iota(0, 20))) EXPECT_EQ(seen, 17);
}

TEST(ThreadPool, AFailingInitializerIsToldToWhoeverWaits) {
  multiprocessing::ThreadPool pool{1, [](const std::string& text) { throw std::runtime_error{text}; }, std::string{"no database"}};
  const auto use = [&] {
    for (;;) pool.apply_async(add, 1, 2).get();  // either what is queued fails, or apply_async() itself
  };
  try {
    use();
  } catch (const futures::BrokenThreadPool& broken) {
    EXPECT_NE(std::string{broken.what()}.find("no database"), std::string::npos) << broken.what();
  }
  EXPECT_THROW(pool.map(negate, std::vector{1}), futures::BrokenThreadPool);
}

}  // namespace
}  // namespace tandem::test
