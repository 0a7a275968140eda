// The thread engine under random trees of tasks: children that are awaited, cancelled, waited for a while, left alone or tried
// several times, by the tasks themselves and from outside, and pools that end in the midst of it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::rounds;
using threading::Thread;
using Random = std::mt19937;

/// What became of all tasks. Each that was accepted ends once: it ran, or it was cancelled.
struct Tally {
  base::Atomic<int> accepted{0}, ran{0}, cancelled{0}, failures{0};
};

/// Submits up to three children and does something with each; what throws is the pool's refusal, if it has ended.
void grow(ThreadPoolExecutor& pool, Tally& tally, int depth, std::uint32_t seed);

Future<void> plant(ThreadPoolExecutor& pool, Tally& tally, int depth, std::uint32_t seed, bool twice, int priority) {
  const auto task = [&pool, &tally, depth, seed, twice, tries = std::make_shared<base::Atomic<int>>(0)] {
    if (twice && tries->fetch_add(1) == 0) throw std::runtime_error{"the first attempt"};
    ++tally.ran;
    grow(pool, tally, depth - 1, seed);
  };
  auto future =
      twice || priority != 0 ? pool.with({.retries = twice ? 1 : 0, .priority = priority}).submit(task) : pool.submit(task);
  ++tally.accepted;
  return future;
}

void tend(Tally& tally, std::vector<Future<void>>& children, Random& random) {
  for (auto& child : children) {
    switch (random() % 6) {
      case 0:
        child.wait();
        break;
      case 1:
        static_cast<void>(child.wait(std::chrono::microseconds{random() % 100}));
        break;
      case 2:
        tally.cancelled += child.cancel() ? 1 : 0;
        break;
      case 3:
        for (auto& done : as_completed(children)) tally.failures += done.done() ? 0 : 1;
        break;
      case 4:
        static_cast<void>(wait(children, Deadline::never(), FIRST_COMPLETED));
        break;
      default:
        break;  // left alone
    }
  }
}

void grow(ThreadPoolExecutor& pool, Tally& tally, int depth, std::uint32_t seed) {
  if (depth == 0) return;
  Random random{seed};
  std::vector<Future<void>> children;
  try {
    for (auto n = random() % 4; n > 0; --n) {
      const int priority = random() % 8 == 0 ? static_cast<int>(random() % 3) - 1 : 0;
      children.push_back(plant(pool, tally, depth, static_cast<std::uint32_t>(random()), random() % 8 == 0, priority));
    }
  } catch (const std::logic_error&) {  // the pool has ended
  }
  tend(tally, children, random);
}

TEST(PoolTreeStress, EachTaskEndsOnce) {
  Random random{static_cast<Random::result_type>(test::random_engine()())};
  for (const int workers : {1, 2, 3, 8}) {
    for (int round = 0; round < rounds(150); ++round) {
      Tally tally;
      {
        ThreadPoolExecutor pool{workers};
        std::vector<Future<void>> roots;
        for (int i = 0; i < 4; ++i) roots.push_back(plant(pool, tally, 6, static_cast<std::uint32_t>(random()), false, 0));
        tend(tally, roots, random);
      }
      ASSERT_EQ(tally.ran.load() + tally.cancelled.load(), tally.accepted.load()) << workers << " workers, round " << round;
      ASSERT_EQ(tally.failures.load(), 0);
    }
  }
}

// Several threads outside plant and wait, while one of them ends the pool at some moment.
TEST(PoolTreeStress, EndsInTheMidstOfIt) {
  Random random{static_cast<Random::result_type>(test::random_engine()())};
  for (int round = 0; round < rounds(400); ++round) {
    Tally tally;
    {
      ThreadPoolExecutor pool{1 + static_cast<int>(random() % 4)};
      std::vector<Thread> gardeners;
      for (int t = 0; t < 2; ++t) {
        gardeners.push_back(Thread::started([&, seed = static_cast<std::uint32_t>(random())] {
          Random mine{seed};
          std::vector<Future<void>> roots;
          try {
            for (int i = 0; i < 20; ++i) roots.push_back(plant(pool, tally, 4, static_cast<std::uint32_t>(mine()), false, 0));
          } catch (const std::logic_error&) {  // it has ended
          }
          for (const auto& root : roots) EXPECT_TRUE(root.wait(60s));
        }));
      }
      const auto moment = std::chrono::microseconds{random() % 500};
      static_cast<void>(Future<void>{}.wait(moment));
      pool.shutdown(random() % 2 == 0, random() % 2 == 0);
    }
    ASSERT_LE(tally.ran.load() + tally.cancelled.load(), tally.accepted.load()) << "round " << round;
  }
}

}  // namespace
}  // namespace tandem::futures
