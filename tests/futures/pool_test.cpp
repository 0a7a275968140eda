// ThreadPoolExecutor: what may be submitted, what comes back, and which threads do it.

#include <any>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/primitives.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/one_processor.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using threading::Event;

static_assert(!std::is_copy_constructible_v<ThreadPoolExecutor> && !std::is_move_constructible_v<ThreadPoolExecutor>);

// ---- what may be submitted

struct Calculator {
  int base = 0;
  int add(int n) const { return base + n; }
  void set(int n) { base = n; }
};

TEST(Pool, RunsWhateverCanBeCalled) {
  ThreadPoolExecutor pool{2};
  Calculator calculator{40};
  EXPECT_EQ(pool.submit([] { return 1; }).result(), 1);
  EXPECT_EQ(pool.submit(std::plus<>{}, 1, 2).result(), 3);
  EXPECT_EQ(pool.submit(&Calculator::add, &calculator, 2).result(), 42);
  EXPECT_EQ(pool.submit(&Calculator::base, calculator).result(), 40);
  pool.submit(&Calculator::set, std::ref(calculator), 5).result();
  EXPECT_EQ(calculator.base, 5);
  EXPECT_EQ(pool.submit([owned = std::make_unique<int>(7)] { return *owned; }).result(), 7);
}

TEST(Pool, CopiesOrMovesTheArguments) {
  ThreadPoolExecutor pool{1};
  Event gate;
  auto blocker = pool.submit([&] { gate.wait(); });
  std::string text{"before"};
  const auto copied = pool.submit([](const std::string& given) { return given; }, text);
  text = "after";
  auto moved = pool.submit([](std::unique_ptr<int> given) { return given; }, std::make_unique<int>(42));
  gate.set();
  EXPECT_EQ(copied.result(), "before");
  EXPECT_EQ(*std::move(moved).result(), 42);
  int counter = 0;
  pool.submit([](int& n) { ++n; }, std::ref(counter)).result();
  EXPECT_EQ(counter, 1);
}

TEST(Pool, ResultsOfManyKinds) {
  ThreadPoolExecutor pool{2};
  static_assert(std::is_same_v<decltype(pool.submit([] {})), Future<void>>);
  static_assert(std::is_same_v<decltype(pool.submit([]() -> const int& { throw 1; })), Future<int>>);
  EXPECT_EQ(pool.submit([] { return std::optional<int>{}; }).result(), std::nullopt);
  EXPECT_EQ(std::any_cast<int>(pool.submit([] { return std::any{3}; }).result()), 3);
  EXPECT_NE(pool.submit([] { return std::make_exception_ptr(1); }).result(), nullptr);
  EXPECT_EQ(pool.submit([] { return std::string(1000, 'x'); }).result().size(), 1000U);
  EXPECT_EQ(pool.submit([&pool] { return pool.submit([] { return 5; }); }).result().result(), 5) << "a future of a future";
}

// A type that can be made of a list of itself: a move spelled with braces would pack it into one more layer.
TEST(Pool, ResultsAndArgumentsThatCouldSwallowThemselves) {
  using Nested = std::vector<std::any>;
  ThreadPoolExecutor pool{1};
  const auto same = [](Nested given) { return given; };
  EXPECT_EQ(pool.submit(same, Nested(2)).result().size(), 2U);
  const auto future = pool.submit(same, Nested(2));
  EXPECT_EQ(future.result().size(), 2U);
  for (const Nested& result : pool.map(same, std::vector<Nested>(3, Nested(2)))) EXPECT_EQ(result.size(), 2U);
}

TEST(Pool, AReferenceComesBackAsACopy) {
  ThreadPoolExecutor pool{1};
  std::string text{"original"};
  auto future = pool.submit([&]() -> std::string& { return text; });
  EXPECT_EQ(future.result(), "original");
  EXPECT_NE(&future.result(), &text);
  EXPECT_EQ(text, "original") << "and is not moved from";
}

TEST(Pool, AThrowingTaskFailsItsFutureOnly) {
  ThreadPoolExecutor pool{1};
  const auto failed = pool.submit([]() -> int { throw std::out_of_range{"far"}; });
  const auto odd = pool.submit([] { throw 42; });
  const auto fine = pool.submit([] { return 1; });
  EXPECT_THROW(failed.result(), std::out_of_range);
  EXPECT_THROW(odd.result(), int);
  EXPECT_EQ(fine.result(), 1);
}

TEST(Pool, AResultThatThrowsWhenItIsMovedFailsTheFuture) {
  struct Throws {
    Throws() = default;
    Throws(Throws&&) { throw std::runtime_error{"refuses to move"}; }
  };
  ThreadPoolExecutor pool{1};
  const auto future = pool.submit([] { return Throws{}; });
  EXPECT_THROW(future.result(20s), std::runtime_error);
  EXPECT_EQ(pool.submit([] { return 1; }).result(), 1);
}

/// Gives a future that a worker is busy with a result of its own, and looks whether the pool goes on.
int take_the_result_from_under_a_worker() {
  ThreadPoolExecutor pool{1};
  Event begun, gate;
  auto future = pool.submit([&] {
    begun.set();
    gate.wait();
    return 1;
  });
  begun.wait();
  future.set_result(2);
  gate.set();
  return future.result() + pool.submit([] { return 40; }).result();
}

// Nobody but the executor should; if somebody does, his result counts, and the program lives.
TEST(PoolDeathTest, SomebodyElsesResultDoesNotEndTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::_Exit(take_the_result_from_under_a_worker() == 42 ? 0 : 1), testing::ExitedWithCode(0), "");
}

// ---- when arguments end

/// Says when the last copy of it is gone.
struct Witness {
  std::shared_ptr<int> token = std::make_shared<int>(0);
  std::weak_ptr<int> watch() const { return token; }
};

TEST(Pool, ArgumentsAreGoneBeforeTheResultIsSeen) {
  ThreadPoolExecutor pool{2};
  for (int i = 0; i < 200; ++i) {
    Witness witness;
    const auto gone = witness.watch();
    const auto future = pool.submit([w = std::move(witness)](const Witness&) { return 1; }, Witness{});
    EXPECT_EQ(future.result(), 1);
    ASSERT_TRUE(gone.expired());
  }
}

TEST(Pool, ArgumentsAreGoneBeforeTheErrorIsSeen) {
  ThreadPoolExecutor pool{2};
  for (int i = 0; i < 200; ++i) {
    Witness witness;
    const auto gone = witness.watch();
    const auto future = pool.submit([w = std::move(witness)] { throw 1; });
    EXPECT_THROW(future.result(), int);
    ASSERT_TRUE(gone.expired());
  }
}

TEST(Pool, AnIdlePoolHoldsNothing) {
  ThreadPoolExecutor pool{2};
  const auto shared = std::make_shared<int>(1);
  pool.submit([shared] { return shared; }).result();
  EXPECT_TRUE(eventually([&] { return shared.use_count() == 1; }));
}

TEST(Pool, ACancelledTaskIsDestroyedWithItsLastHandle) {
  ThreadPoolExecutor pool{1};
  Event gate;
  auto blocker = pool.submit([&] { gate.wait(); });
  const auto shared = std::make_shared<int>(1);
  {
    auto cancelled = pool.submit([shared] { return *shared; });
    EXPECT_TRUE(cancelled.cancel());
    gate.set();
    blocker.result();
  }
  EXPECT_TRUE(eventually([&] { return shared.use_count() == 1; }));
}

// ---- which threads

std::string own_kernel_name() {
  std::ifstream comm{"/proc/self/task/" + std::to_string(platform::native_thread_id()) + "/comm"};
  std::string name;
  std::getline(comm, name);
  return name;
}

/// Submits n tasks that all run at once, and gives what `probe` answered in each.
template <class Probe>
auto on_each_worker(ThreadPoolExecutor& pool, int n, Probe probe) {
  base::Atomic<int> inside{0};
  Event gate;
  std::vector<Future<decltype(probe())>> futures;
  for (int i = 0; i < n; ++i) {
    futures.push_back(pool.submit([&] {
      ++inside;
      gate.wait();
      return probe();
    }));
  }
  EXPECT_TRUE(eventually([&] { return inside.load() == n; })) << n << " tasks should run side by side";
  gate.set();
  std::set<decltype(probe())> answers;
  for (auto& future : futures) answers.insert(future.result());
  return answers;
}

TEST(Pool, RunsAsManyAtOnceAsItHasWorkers) {
  ThreadPoolExecutor pool{4};
  EXPECT_EQ(pool.max_workers(), 4);
  EXPECT_EQ(on_each_worker(pool, 4, &threading::get_ident).size(), 4U);
}

TEST(Pool, RunsNoMoreAtOnceThanItHasWorkers) {
  ThreadPoolExecutor pool{3};
  base::Atomic<int> inside{0};
  base::Atomic<int> most{0};
  std::vector<Future<void>> futures;
  for (int i = 0; i < 300; ++i) {
    futures.push_back(pool.submit([&] {
      const int now = ++inside;
      int seen = most.load();
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      --inside;
    }));
  }
  EXPECT_EQ(wait(futures).not_done.size(), 0U);
  EXPECT_LE(most.load(), 3);
}

TEST(Pool, BeginsWorkInTheOrderOfSubmission) {
  ThreadPoolExecutor pool{1};
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) pool.submit([&order, i] { order.push_back(i); });
  pool.shutdown();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

std::size_t threads_now() {
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/task"}) n += entry.exists() ? 1 : 0;
  return n;
}

TEST(Pool, MakesThreadsWhenWorkComes) {
  const std::size_t before = threads_now();
  ThreadPoolExecutor pool{8};
  EXPECT_EQ(threads_now(), before);
  pool.submit([] {}).result();
  EXPECT_EQ(threads_now(), before + 1);
}

TEST(Pool, UsesAnIdleThreadAgain) {
  ThreadPoolExecutor pool{8};
  const std::size_t parked = sync::LocalFutex::parked();
  std::set<sync::ActorId> workers;
  for (int i = 0; i < 50; ++i) {
    workers.insert(pool.submit(&threading::get_ident).result());
    ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; })) << "it waits for work again";
  }
  EXPECT_EQ(workers.size(), 1U);
}

TEST(Pool, NamesItsThreads) {
  ThreadPoolExecutor fetchers{{.max_workers = 2, .thread_name_prefix = "fetch"}};
  EXPECT_EQ(on_each_worker(fetchers, 2, &own_kernel_name), (std::set<std::string>{"fetch_0", "fetch_1"}));
  ThreadPoolExecutor unnamed{1};
  EXPECT_EQ(unnamed.submit(&own_kernel_name).result(), "ThreadPoolExecu") << "the kernel keeps 15 bytes";
}

TEST(Pool, OptionsMayBeGivenInPart) {
  ThreadPoolExecutor one{{.max_workers = 1}};
  EXPECT_EQ(one.submit([] { return 1; }).result(), 1);
  ThreadPoolExecutor named{{.thread_name_prefix = "x"}};
  EXPECT_EQ(named.submit(&own_kernel_name).result(), "x_0");
}

TEST(Pool, HasWorkersByDefaultAndNeverNone) {
  ThreadPoolExecutor pool;
  EXPECT_GE(pool.max_workers(), 5) << "processors + 4";
  EXPECT_LE(pool.max_workers(), 32);
  EXPECT_THROW(ThreadPoolExecutor{0}, std::invalid_argument);
  EXPECT_THROW(ThreadPoolExecutor{-1}, std::invalid_argument);
  EXPECT_THROW((ThreadPoolExecutor{ThreadPoolOptions{.max_workers = -1}}), std::invalid_argument);
}

TEST(Pool, CountsOnlyTheProcessorsThatItMayRunOn) {
  const test::OneProcessor one;
  EXPECT_EQ(ThreadPoolExecutor{}.max_workers(), 5);
}

TEST(Pool, OneThatIsNeverUsedEnds) { const ThreadPoolExecutor pool{4}; }

}  // namespace
}  // namespace tandem::futures
