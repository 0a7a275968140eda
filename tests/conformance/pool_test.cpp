#include "tandem/multiprocessing/pool.hpp"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/thread_pool.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"
#include "tests/conformance/pool_suite.hpp"

namespace tandem::test {
namespace {

void nothing_of(int /*n*/) {}

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

// A wait that may end before its time runs nothing itself, but another thread may step in.
TEST(ThreadPool, AWorkerMayWaitInTimeForItsOwnPool) {
  using namespace std::chrono_literals;
  multiprocessing::ThreadPool pool{1};
  const std::vector items{1, 2, 3};
  EXPECT_EQ(pool.apply([&] { return pool.map_async(negate, items).get(60s); }), (std::vector{-1, -2, -3}));
  EXPECT_EQ(pool.apply([&] { return pool.starmap_async(add, std::vector<std::pair<int, int>>{{1, 2}}).get(60s); }), std::vector{3});
  EXPECT_EQ(pool.apply([&] { return pool.apply_async(add, 1, 2).get(60s); }), 3);
  EXPECT_TRUE(pool.apply([&] { return pool.map_async(nothing_of, items).wait(std::stop_token{}, 60s); }));
  EXPECT_TRUE(pool.apply([&] { return pool.map_async(negate, std::vector<int>{}).wait(60s); })) << "of no items";
}

// Both workers are taken: one runs the chunk that the other waits for, and what opens its gate is queued.
TEST(ThreadPool, AWaitForAChunkThatRunsElsewhereLetsAnotherThreadIn) {
  using namespace std::chrono_literals;
  for (const bool in_time : {true, false}) {
    multiprocessing::ThreadPool pool{2};
    sync::Event begun, gate;
    const auto chunks = pool.map_async(
        [&](int n) {
          begun.set();
          return gate.wait(60s) ? n : -1;
        },
        std::vector{7});
    ASSERT_TRUE(begun.wait(60s));
    const auto waiting = pool.apply_async([&] { return in_time ? chunks.get(120s) : chunks.get(); });
    pool.apply([&] { gate.set(); });
    EXPECT_EQ(waiting.get(), std::vector{7});
  }
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
