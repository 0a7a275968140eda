// What each worker of a pool does before its first task, and what becomes of the pool if that fails.

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/sync/event.hpp"

namespace tandem::futures {
namespace {

using sync::Event;

TEST(PoolInitializer, RunsOnEachWorkerBeforeItsFirstTask) {
  static thread_local int mine = 0;
  base::Atomic<int> calls{0};
  ThreadPoolExecutor pool{{.max_workers = 3, .initializer = [&] { mine = ++calls; }}};
  std::vector<Future<int>> futures;
  for (int i = 0; i < 100; ++i) futures.push_back(pool.submit([] { return mine; }));
  for (const auto& future : futures) {
    EXPECT_GE(future.result(), 1);
    EXPECT_LE(future.result(), 3);
  }
}

/// What the initializer has said on this thread. No local variable, which only its function would initialise.
thread_local std::string greeting;

TEST(PoolInitializer, MayBeGivenWithItsArguments) {
  EXPECT_THROW((ThreadPoolExecutor{0, [] {}}), std::invalid_argument);
  // Each thread has copies of its own, which it may take apart.
  const auto greet = [](const char* how, std::vector<std::string>&& whom) {
    greeting = std::string{how} + " " + std::move(whom).back();
  };
  ThreadPoolExecutor pool{3, greet, "hello", std::vector<std::string>{"world"}};
  std::vector<Future<std::string>> futures;
  for (int i = 0; i < 100; ++i) futures.push_back(pool.submit([] { return greeting; }));
  for (const auto& future : futures) EXPECT_EQ(future.result(), "hello world");
}

TEST(PoolInitializer, ThatFailsBreaksThePool) {
  Event gate;
  ThreadPoolExecutor pool{{.max_workers = 2, .initializer = [&] {
                             gate.wait();
                             throw std::runtime_error{"no database"};
                           }}};
  std::vector<Future<void>> futures;
  for (int i = 0; i < 10; ++i) futures.push_back(pool.submit([] {}));
  gate.set();
  for (const auto& future : futures) {
    try {
      future.result();
      ADD_FAILURE() << "it ran";
    } catch (const BrokenThreadPool& broken) {
      EXPECT_NE(std::string{broken.what()}.find("no database"), std::string::npos) << broken.what();
    }
  }
  EXPECT_THROW(pool.submit([] {}), BrokenThreadPool);
  EXPECT_NO_THROW(pool.shutdown());
}

}  // namespace
}  // namespace tandem::futures
