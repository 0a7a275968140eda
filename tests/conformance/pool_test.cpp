#include "tandem/multiprocessing/pool.hpp"

#include <cstdlib>
#include <thread>

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
  const auto endless = pool.apply_async([] {
    for (;;) std::this_thread::sleep_for(std::chrono::seconds{1});
  });
  pool.terminate();
  pool.join();
  EXPECT_TRUE(endless.ready());
  EXPECT_FALSE(endless.successful());
}

/// Where each worker remembers what its initializer said.
int greeting = 0;

TEST(Pool, EachWorkerBeginsWithTheInitializer) {
  multiprocessing::Pool pool{2, [](int given) { greeting = given; }, 17};
  for (const int seen : pool.map([](int) { return greeting; }, std::views::iota(0, 20))) EXPECT_EQ(seen, 17);
}

}  // namespace
}  // namespace tandem::test
