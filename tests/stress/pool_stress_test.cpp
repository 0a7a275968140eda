// A pool under load: very many tasks, many submitters, trees of tasks, walks that are left, ends at any moment.

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <ranges>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::futures {
namespace {

using test::rounds;
using threading::Thread;
using Random = std::mt19937_64;

TEST(PoolStress, HundredThousandTasks) {
  const int n = rounds(100'000);
  base::Atomic<int> ran{0};
  std::vector<Future<int>> futures;
  ThreadPoolExecutor pool{4};
  for (int i = 0; i < n; ++i) futures.push_back(pool.submit([&ran, i] { return ++ran, i; }));
  for (int i = 0; i < n; ++i) ASSERT_EQ(futures[static_cast<std::size_t>(i)].result(), i);
  EXPECT_EQ(ran.load(), n);
}

TEST(PoolStress, ManySubmitters) {
  const int per_submitter = rounds(10'000);
  constexpr int submitters = 6;
  base::Atomic<int> ran{0};
  ThreadPoolExecutor pool{3};
  {
    std::vector<Thread> threads;
    for (int t = 0; t < submitters; ++t) {
      threads.push_back(Thread::started([&, t] {
        Random random = test::random_engine(static_cast<std::uint32_t>(t));
        for (int i = 0; i < per_submitter; ++i) {
          auto future = pool.submit([&ran, i] { return ++ran, i; });
          if (random() % 8 == 0) {
            EXPECT_EQ(future.result(), i);
          }
        }
      }));
    }
  }
  pool.shutdown();
  EXPECT_EQ(ran.load(), submitters * per_submitter);
}

/// A tree of tasks of random shape, in which each waits for its children in one of the ways there are. Answers its size.
int tree(ThreadPoolExecutor& pool, int depth, std::uint32_t seed) {
  Random random{seed};
  std::vector<Future<int>> children;
  const auto n = depth == 0 ? 0 : random() % 4;
  for (unsigned i = 0; i < n; ++i) {
    children.push_back(pool.submit(tree, std::ref(pool), depth - 1, static_cast<std::uint32_t>(random())));
  }
  int size = 1;
  switch (random() % 3) {
    case 0:
      for (auto& child : children) size += child.result();
      break;
    case 1:
      for (auto& child : as_completed(children)) size += child.result();
      break;
    default:
      for (auto& child : wait(children).done) size += child.result();
  }
  return size;
}

int expected_size(int depth, std::uint32_t seed) {
  Random random{seed};
  const auto n = depth == 0 ? 0 : random() % 4;
  int size = 1;
  for (unsigned i = 0; i < n; ++i) size += expected_size(depth - 1, static_cast<std::uint32_t>(random()));
  return size;
}

TEST(PoolStress, TreesOfTasksThatWaitForTheirChildren) {
  Random random = test::random_engine();
  for (const int workers : {1, 2, 5}) {
    ThreadPoolExecutor pool{workers};
    for (int round = 0; round < rounds(200); ++round) {
      const auto seed = static_cast<std::uint32_t>(random());
      ASSERT_EQ(pool.submit(tree, std::ref(pool), 6, seed).result(), expected_size(6, seed)) << workers << " workers";
    }
  }
}

TEST(PoolStress, WalksThatAreLeftAnywhere) {
  Random random = test::random_engine();
  ThreadPoolExecutor pool{2};
  for (int round = 0; round < rounds(3000); ++round) {
    const auto leave_at = static_cast<int>(random() % 30);
    const auto fails_at = static_cast<int>(random() % 40);
    const auto work = [fails_at](int n) {
      if (n == fails_at) throw std::out_of_range{"here"};
      return n;
    };
    int expected = 0;
    try {
      for (const int result : pool.map(work, std::views::iota(0), {.buffersize = 1 + random() % 8})) {
        ASSERT_EQ(result, expected++);
        if (expected > leave_at) break;
      }
      ASSERT_EQ(expected, leave_at + 1);
    } catch (const std::out_of_range&) {
      ASSERT_EQ(expected, fails_at);
    }
  }
}

// Tasks that wait for each other, as many as the pool may have workers, right after one of them was busy: each needs a thread, and
// whether one makes itself ready at the same moment must not cost another.
TEST(PoolStress, HasAThreadForEachTaskThatItHasRoomFor) {
  constexpr int workers = 8;
  for (int round = 0; round < rounds(2000); ++round) {
    ThreadPoolExecutor pool{workers};
    base::Atomic<int> inside{0};
    sync::Event all_inside;
    pool.submit([] {}).result();
    std::vector<Future<bool>> futures;
    for (int i = 0; i < workers; ++i) {
      futures.push_back(pool.submit([&] {
        if (++inside == workers) all_inside.set();
        return all_inside.wait(std::chrono::seconds{20});
      }));
    }
    for (const auto& future : futures) ASSERT_TRUE(future.result()) << "round " << round << ": only " << inside.load() << " run";
  }
}

// Each task that was accepted ends in one of the two ways, whenever the pool ends.
TEST(PoolStress, EndsAtAnyMoment) {
  Random random = test::random_engine();
  for (int round = 0; round < rounds(1000); ++round) {
    base::Atomic<int> ran{0};
    std::vector<Future<void>> futures;
    {
      ThreadPoolExecutor pool{1 + static_cast<int>(random() % 4)};
      const auto n = random() % 50;
      for (unsigned i = 0; i < n; ++i) futures.push_back(pool.submit([&] { ++ran; }));
      switch (random() % 3) {
        case 0:
          pool.shutdown(false, true);
          break;
        case 1:
          pool.shutdown(true, true);
          break;
        default:
          break;
      }
    }
    int cancelled = 0;
    for (const auto& future : futures) {
      ASSERT_TRUE(future.done());
      cancelled += future.cancelled() ? 1 : 0;
    }
    ASSERT_EQ(ran.load() + cancelled, static_cast<int>(futures.size()));
  }
}

}  // namespace
}  // namespace tandem::futures
