// Threads that begin and end in all ways at once.

#include <chrono>
#include <cstdint>
#include <random>
#include <stop_token>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"

namespace tandem::threading {
namespace {

using test::rounds;
using Random = std::mt19937_64;

TEST(ThreadStress, BeginAndEndInAllWays) {
  Random random = test::random_engine();
  base::Atomic<int> ended{0};
  int started = 0;
  const auto until_stopped = [&ended](const std::stop_token& stop) {
    Event stopped;
    const std::stop_callback wake{stop, [&] { stopped.set(); }};
    stopped.wait();
    ++ended;
  };
  const auto at_once = [&ended] { ++ended; };
  for (int round = 0; round < rounds(5000); ++round) {
    ++started;
    switch (random() % 6) {
      case 0:
        Thread{at_once}.start();
        break;
      case 1: {
        const Thread thread = Thread::started(until_stopped);
        break;
      }
      case 2: {
        Thread thread = Thread::started(at_once);
        thread.join(std::chrono::microseconds{random() % 100});
        break;
      }
      case 3: {
        Thread thread = Thread::started(until_stopped);
        ++started;
        thread = Thread::started(at_once);
        break;
      }
      case 4: {
        Thread thread = Thread::started(until_stopped);
        const Thread asker = Thread::started([&] { thread.request_stop(); });
        thread.join();
        break;
      }
      default: {
        Thread thread = Thread::started(at_once);
        const Thread moved = std::move(thread);
      }
    }
  }
  EXPECT_TRUE(test::eventually([&] { return ended.load() == started; }));
}

TEST(ThreadStress, ManyJoinWithDeadlinesWhileItEnds) {
  static_cast<void>(test::seed());
  for (int round = 0; round < rounds(500); ++round) {
    Event gate;
    Thread thread = Thread::started([&] { gate.wait(); });
    std::vector<Thread> joiners;
    for (std::uint32_t j = 0; j < 4; ++j) {
      joiners.push_back(Thread::started([&, j] {
        Random mine = test::random_engine(static_cast<std::uint32_t>(round) * 4 + j);
        while (!thread.join(std::chrono::microseconds{mine() % 50})) {
        }
        EXPECT_FALSE(thread.is_alive());
      }));
    }
    gate.set();
  }
}

}  // namespace
}  // namespace tandem::threading
