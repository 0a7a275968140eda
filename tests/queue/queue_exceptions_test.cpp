// Items whose copy or move throws: the queue is as it was, and nobody who waits is forgotten.

#include <chrono>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::queue {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using threading::Thread;

struct Refused : std::runtime_error {
  Refused() : std::runtime_error{"refuses to move"} {}
};

/// Throws at the n-th copy or move from now on that is made of a fragile one.
class Fragile {
 public:
  static inline base::Atomic<int> moves_left{std::numeric_limits<int>::max()};

  explicit Fragile(int number, bool fragile = true) : number_{number}, fragile_{fragile} {}
  Fragile(const Fragile& other) : number_{other.number_}, fragile_{other.fragile_} { step(); }
  Fragile& operator=(const Fragile&) noexcept = default;

  int number() const { return number_; }

 private:
  void step() const {
    if (fragile_ && moves_left.fetch_sub(1) == 1) throw Refused{};
  }
  int number_;
  bool fragile_;
};

struct QueueExceptions : testing::Test {
  ~QueueExceptions() override { robust(); }
  static void robust() { Fragile::moves_left = std::numeric_limits<int>::max(); }
  static void throw_at(int move) { Fragile::moves_left = move; }

  /// Calls `operation` with a throw at its first move, at its second, and so on until it gets through without one. Before each
  /// try `prepare` makes the queue, and after each throw `expect_unchanged` looks at it.
  template <class Prepare, class Operation, class Check>
  static void throw_everywhere(Prepare prepare, Operation operation, Check expect_unchanged) {
    for (int move = 1;; ++move) {
      ASSERT_LT(move, 20) << "it cannot have that many moves";
      robust();
      Queue<Fragile> queue{3};
      prepare(queue);
      throw_at(move);
      try {
        operation(queue);
        EXPECT_GT(move, 1) << "nothing was moved: the test tests nothing";
        break;
      } catch (const Refused&) {
        robust();
        SCOPED_TRACE("thrown at move " + std::to_string(move));
        expect_unchanged(queue);
      }
    }
  }

  static void two_items(Queue<Fragile>& queue) {
    queue.put(Fragile{1});
    queue.put(Fragile{2});
  }
  static void expect_two_items(Queue<Fragile>& queue) {
    ASSERT_EQ(queue.qsize(), 2U);
    EXPECT_EQ(queue.get().number(), 1);
    EXPECT_EQ(queue.get().number(), 2);
    queue.task_done();
    queue.task_done();
    EXPECT_TRUE(queue.join(0s)) << "what did not go in does not count";
    EXPECT_THROW(queue.task_done(), std::invalid_argument);
  }
};

TEST_F(QueueExceptions, PutLeavesTheQueueAsItWas) {
  const Fragile item{3};
  throw_everywhere(
      two_items, [&](auto& queue) { queue.put(item); }, expect_two_items);
}

TEST_F(QueueExceptions, TryPutLeavesTheQueueAsItWas) {
  Fragile item{3};
  throw_everywhere(
      two_items, [&](auto& queue) { queue.try_put(std::as_const(item)); }, expect_two_items);
  throw_everywhere(
      two_items, [&](auto& queue) { queue.try_put(std::move(item)); }, expect_two_items);
}

TEST_F(QueueExceptions, GetLeavesTheQueueAsItWas) {
  throw_everywhere(
      two_items, [](auto& queue) { static_cast<void>(queue.get()); }, expect_two_items);
}

TEST_F(QueueExceptions, TryGetLeavesTheQueueAsItWas) {
  throw_everywhere(
      two_items, [](auto& queue) { static_cast<void>(queue.try_get()); }, expect_two_items);
}

TEST_F(QueueExceptions, RangeForLosesNoItem) {
  const auto walk = [](auto& queue) {
    for (Fragile& item : queue) {
      EXPECT_EQ(item.number(), 1);
      break;
    }
  };
  throw_everywhere(two_items, walk, expect_two_items);
}

// The notification that a failed get() used up was meant for an item that is still there: the next who waits must have it.
TEST_F(QueueExceptions, AFailedGetPassesItsWakeUpOn) {
  Queue<Fragile> queue;
  const std::size_t parked = sync::LocalFutex::parked();
  base::Atomic<int> failed{0};
  base::Atomic<int> got{0};
  std::vector<Thread> getters;
  for (int i = 0; i < 2; ++i) {
    getters.push_back(Thread::started([&] {
      try {
        queue.get();
        ++got;
      } catch (const Refused&) {
        ++failed;
      }
    }));
  }
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 2; }));
  Fragile item{1};
  throw_at(2);  // the first move is the one into the queue, the second the first one out of it
  EXPECT_TRUE(queue.try_put(std::move(item)));
  EXPECT_TRUE(eventually([&] { return failed.load() == 1 && got.load() == 1; }, 5s))
      << "one sleeps with so many items in the queue: " << queue.qsize();
  queue.shutdown();
}

// And the other way round: room that a failed put() did not use belongs to the next who waits for room.
TEST_F(QueueExceptions, AFailedPutPassesItsWakeUpOn) {
  Queue<Fragile> queue{1};
  const std::size_t parked = sync::LocalFutex::parked();
  queue.put(Fragile{0, false});
  base::Atomic<bool> refused{false};
  base::Atomic<bool> came_in{false};
  Thread first = Thread::started([&] {
    Fragile item{1};
    throw_at(1);  // its only move is the one into the queue
    EXPECT_THROW(queue.try_put(std::move(item), 20s), Refused);
    refused = true;
  });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 1; }));
  Thread second = Thread::started([&] {
    EXPECT_TRUE(queue.try_put(Fragile{2, false}, 20s));
    came_in = true;
  });
  ASSERT_TRUE(eventually([&] { return sync::LocalFutex::parked() == parked + 2; }));
  EXPECT_EQ(queue.get().number(), 0);
  first.join();
  EXPECT_TRUE(refused.load());
  robust();
  EXPECT_TRUE(eventually([&] { return came_in.load(); }, 5s)) << "it sleeps with room in the queue: " << !queue.full();
  EXPECT_EQ(queue.get(20s).number(), 2);
}

}  // namespace
}  // namespace tandem::queue
