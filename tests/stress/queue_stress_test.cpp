// Many producers and consumers in all forms of put and get: FIFO per producer, nothing lost, nothing twice.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::queue {
namespace {

using test::rounds;
using threading::Thread;
using Random = std::mt19937_64;

struct Item {
  int producer;
  int number;
};

std::chrono::microseconds some_time(Random& random) { return std::chrono::microseconds{random() % 100}; }

void put_somehow(Queue<Item>& queue, Item item, Random& random) {
  for (;;) {
    switch (random() % 4) {
      case 0:
        queue.put(item);
        return;
      case 1:
        if (queue.try_put(item)) return;
        break;
      case 2:
        if (queue.try_put(item, some_time(random))) return;
        break;
      default:
        try {
          queue.put(item, some_time(random));
          return;
        } catch (const Full&) {  // again
        }
    }
  }
}

/// False when the queue is shut down and empty.
bool get_somehow(Queue<Item>& queue, Item& item, Random& random) {
  for (;;) {
    try {
      switch (random() % 4) {
        case 0:
          item = queue.get();
          return true;
        case 1:
          if (const auto got = queue.try_get(some_time(random))) {
            item = *got;
            return true;
          }
          break;
        case 2:
          if (const auto got = queue.try_get()) {
            item = *got;
            return true;
          }
          break;
        default:
          item = queue.get(some_time(random));
          return true;
      }
    } catch (const Empty&) {  // again
    } catch (const ShutDown&) {
      return false;
    }
  }
}

struct Shape {
  int producers, consumers;
  std::size_t maxsize;
};

class QueueStress : public testing::TestWithParam<Shape> {};

TEST_P(QueueStress, FifoPerProducerNothingLostNothingTwice) {
  const auto [producers, consumers, maxsize] = GetParam();
  const int per_producer = rounds(20'000) / producers;
  static_cast<void>(test::seed());  // chosen and printed before the threads ask for it
  Queue<Item> queue{maxsize};
  // seen[c][p] holds the numbers that consumer c got from producer p, in the order in which it got them.
  std::vector<std::vector<std::vector<int>>> seen(static_cast<std::size_t>(consumers),
                                                  std::vector<std::vector<int>>(static_cast<std::size_t>(producers)));
  {
    std::vector<Thread> eating;
    for (auto& mine : seen) {
      eating.push_back(Thread::started([&queue, &mine, stream = static_cast<std::uint32_t>(100 + eating.size())] {
        Random random = test::random_engine(stream);
        for (Item item{}; get_somehow(queue, item, random);) {
          mine[static_cast<std::size_t>(item.producer)].push_back(item.number);
          queue.task_done();
        }
      }));
    }
    {
      std::vector<Thread> making;
      for (int p = 0; p < producers; ++p) {
        making.push_back(Thread::started([&queue, p, per_producer] {
          Random random = test::random_engine(static_cast<std::uint32_t>(p));
          for (int i = 0; i < per_producer; ++i) put_somehow(queue, {p, i}, random);
        }));
      }
    }
    EXPECT_TRUE(queue.join(std::chrono::seconds{60}));
    queue.shutdown();
  }
  for (std::size_t p = 0; p < static_cast<std::size_t>(producers); ++p) {
    std::vector<int> times(static_cast<std::size_t>(per_producer));
    for (const auto& consumer : seen) {
      EXPECT_TRUE(std::ranges::is_sorted(consumer[p], std::ranges::less{})) << "out of order from producer " << p;
      for (const int number : consumer[p]) ++times[static_cast<std::size_t>(number)];
    }
    EXPECT_EQ(std::ranges::count(times, 1), per_producer) << "lost or doubled from producer " << p;
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, QueueStress,
                         testing::Values(Shape{1, 1, 1}, Shape{1, 1, 0}, Shape{4, 4, 1}, Shape{4, 4, 16}, Shape{8, 2, 3},
                                         Shape{2, 8, 3}, Shape{4, 4, 0}),
                         [](const auto& test) {
                           const Shape& shape = test.param;
                           return std::to_string(shape.producers) + "p" + std::to_string(shape.consumers) + "c" +
                                  (shape.maxsize == 0 ? "unbounded" : "max" + std::to_string(shape.maxsize));
                         });

// shutdown() in the middle of everything: everybody comes back, and what was accepted is given, dropped, or left in the queue.
TEST(QueueShutdownStress, AtAnyMoment) {
  Random random = test::random_engine();
  for (int round = 0; round < rounds(1000); ++round) {
    Queue<Item> queue{1 + random() % 3};
    const bool immediate = random() % 2 == 0;
    base::Atomic<int> put{0};
    base::Atomic<int> got{0};
    {
      std::vector<Thread> threads;
      for (std::uint32_t t = 0; t < 4; ++t) {
        threads.push_back(Thread::started([&, t, seed = static_cast<std::uint32_t>(random())] {
          Random mine = test::random_engine(seed);
          try {
            for (Item item{};;) {
              if (t % 2 == 0) {
                put_somehow(queue, item, mine);
                ++put;
              } else {
                if (!get_somehow(queue, item, mine)) return;
                ++got;
              }
            }
          } catch (const ShutDown&) {  // the end of a producer
          }
        }));
      }
      const Deadline a_moment = some_time(random);
      while (!a_moment.expired()) {
      }
      queue.shutdown(immediate);
    }
    if (immediate) {
      ASSERT_LE(got.load(), put.load());
      ASSERT_GE(got.load() + 3, put.load()) << "no more can have been in it";
    } else {
      ASSERT_EQ(got.load(), put.load());
    }
    ASSERT_EQ(queue.qsize(), 0U);
  }
}

}  // namespace
}  // namespace tandem::queue
