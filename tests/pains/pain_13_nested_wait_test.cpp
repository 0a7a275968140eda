// Nested submit and wait deadlocks the pool (BS::thread_pool#95, #142, taskflow#435, TileDB PR#1994).

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/event.hpp"

namespace tandem::test {
namespace {

using futures::Future;
using futures::ThreadPoolExecutor;

int nested(ThreadPoolExecutor& pool, int depth) {
  if (depth == 0) return 0;
  return 1 + pool.submit(nested, std::ref(pool), depth - 1).result();
}

TEST(Pain13, APoolOfOneThreadWaitsForItselfAHundredDeep) {
  ThreadPoolExecutor pool{1};
  EXPECT_EQ(pool.submit(nested, std::ref(pool), 100).result(), 100);
}

int tree(ThreadPoolExecutor& pool, int depth) {
  if (depth == 0) return 1;
  std::vector<Future<int>> branches;
  for (int i = 0; i < 3; ++i) branches.push_back(pool.submit(tree, std::ref(pool), depth - 1));
  int leaves = 0;
  for (auto& branch : futures::as_completed(branches)) leaves += branch.result();
  return leaves;
}

TEST(Pain13, SoDoTreesOfTasksHoweverManyThreads) {
  for (const int workers : {1, 2, 3}) {
    ThreadPoolExecutor pool{workers};
    EXPECT_EQ(pool.submit(tree, std::ref(pool), 6).result(), 729);
  }
}

int nested_then(ThreadPoolExecutor& pool, int depth) {
  if (depth == 0) return 0;
  return pool.submit(nested_then, std::ref(pool), depth - 1).then([](int below) { return below + 1; }).result();
}

TEST(Pain13, SoDoWaitsForWhatThenMakesOfATask) {
  for (const int workers : {1, 2, 3}) {
    ThreadPoolExecutor pool{workers};
    std::vector<Future<int>> dives;
    for (int i = 0; i < workers; ++i) dives.push_back(pool.submit(nested_then, std::ref(pool), 100));
    for (const auto& dive : dives) EXPECT_EQ(dive.result(), 100);
  }
}

// Each thread waits for what another one runs, and that waits for what is queued behind all of them.
TEST(Pain13, AllThreadsWaitForTasksThatRunElsewhere) {
  ThreadPoolExecutor pool{2};
  sync::Event begun, gate;
  const auto first = pool.submit([&] {
    begun.set();
    gate.wait();
  });
  begun.wait();
  const auto second = pool.submit([&] { first.result(); });
  pool.submit([&] { gate.set(); });
  second.result();
}

}  // namespace
}  // namespace tandem::test
