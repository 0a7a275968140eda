// then(): what is to be made of a result.

#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/primitives.hpp"

namespace tandem::futures {
namespace {

using sync::Event;

TEST(FutureThen, MakesAFutureOfWhatTheFunctionGives) {
  ThreadPoolExecutor pool{2};
  EXPECT_EQ(
      pool.submit([] { return 20; }).then([](int n) { return 2 * n; }).then([](int n) { return std::to_string(n + 2); }).result(),
      "42");
  EXPECT_EQ(pool.submit([] {}).then([] { return 7; }).result(), 7);
  int seen = 0;
  pool.submit([] { return 5; }).then([&](const int& n) { seen = n; }).result();
  EXPECT_EQ(seen, 5);
  EXPECT_EQ(pool.submit([] { return std::make_unique<int>(3); }).then([](const std::unique_ptr<int>& n) { return *n; }).result(),
            3);
}

TEST(FutureThen, RunsOnTheThreadThatFinishes) {
  ThreadPoolExecutor pool{1};
  Event gate;
  auto first = pool.submit([&] {
    gate.wait();
    return threading::get_ident();
  });
  const auto second = first.then([](sync::ActorId worker) { return worker == threading::get_ident(); });
  gate.set();
  EXPECT_TRUE(second.result());
  EXPECT_EQ(first.then([](sync::ActorId) { return threading::get_ident(); }).result(), threading::get_ident())
      << "it is done: here";
}

TEST(FutureThen, PassesErrorsAndCancellationOn) {
  Future<int> failed, cancelled, fine;
  int calls = 0;
  const auto count = [&](int) { return ++calls; };
  const auto after_failed = failed.then(count);
  const auto after_cancelled = cancelled.then(count).then(count);
  const auto after_fine = fine.then([](int) -> int { throw std::out_of_range{"then"}; });
  failed.set_exception(std::runtime_error{"x"});
  cancelled.cancel();
  fine.set_result(1);
  EXPECT_THROW(after_failed.result(), std::runtime_error);
  EXPECT_TRUE(after_cancelled.cancelled());
  EXPECT_THROW(after_fine.result(), std::out_of_range);
  EXPECT_EQ(calls, 0);
}

TEST(FutureThen, IsNotCalledIfNobodyWantsIt) {
  Future<int> first;
  int calls = 0;
  auto second = first.then([&](int) { return ++calls; });
  EXPECT_TRUE(second.cancel());
  first.set_result(1);
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace tandem::futures
