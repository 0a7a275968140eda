#pragma once

// Items whose copy, move or comparison throws: the queue is as it was, and nobody who waits is forgotten. Kinds: queue_kinds.hpp.

#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/conformance/queue_kinds.hpp"

namespace tandem::test {

struct Refused : std::runtime_error {
  Refused() : std::runtime_error{"refuses"} {}
};

/// Throws at the n-th copy, move or comparison from now on that has to do with a fragile one.
class Fragile {
 public:
  static inline base::Atomic<int> steps_left{std::numeric_limits<int>::max()};

  explicit Fragile(int number, bool fragile = true) : number_{number}, fragile_{fragile} {}
  Fragile(const Fragile& other) : number_{other.number_}, fragile_{other.fragile_} { step(); }
  Fragile& operator=(const Fragile&) = delete;

  int number() const { return number_; }
  friend bool operator<(const Fragile& a, const Fragile& b) {
    (a.fragile_ ? a : b).step();
    return a.number_ < b.number_;
  }

 private:
  void step() const {
    if (fragile_ && steps_left.fetch_sub(1) == 1) throw Refused{};
  }
  int number_;
  bool fragile_;
};

template <class Kind>
class QueueExceptionsSuite : public ::testing::Test {
 protected:
  using Queue = typename Kind::template Queue<Fragile>;

  ~QueueExceptionsSuite() override { robust(); }
  static void robust() { Fragile::steps_left = std::numeric_limits<int>::max(); }
  static void throw_at(int step) { Fragile::steps_left = step; }

  /// Calls `operation` with a throw at its first step, at its second, and so on until it gets through without one. After each throw
  /// the queue must be as it was.
  template <class Operation>
  static void throw_everywhere(Operation operation) {
    for (int step = 1;; ++step) {
      ASSERT_LT(step, 50) << "it cannot have that many steps";
      robust();
      Queue queue{7};
      for (const int number : inside) queue.put(Fragile{number});
      throw_at(step);
      try {
        operation(queue);
        EXPECT_GT(step, 1) << "nothing was moved: the test tests nothing";
        break;
      } catch (const Refused&) {
        robust();
        SCOPED_TRACE("thrown at step " + std::to_string(step));
        expect_as_it_was(queue);
      }
    }
  }
  static void expect_as_it_was(Queue& queue) {
    using namespace std::chrono_literals;
    ASSERT_EQ(queue.qsize(), inside.size());
    for (const int number : order_of<Kind>(inside)) {
      EXPECT_EQ(queue.get().number(), number);
      queue.task_done();
    }
    EXPECT_TRUE(queue.join(0s)) << "what did not go in does not count";
    EXPECT_THROW(queue.task_done(), std::invalid_argument);
  }

  static inline const std::vector<int> inside{3, 5, 2, 4, 6, 1};
};
TYPED_TEST_SUITE_P(QueueExceptionsSuite);

TYPED_TEST_P(QueueExceptionsSuite, PutLeavesTheQueueAsItWas) {
  const Fragile item{0};
  this->throw_everywhere([&](auto& queue) { queue.put(item); });
}

TYPED_TEST_P(QueueExceptionsSuite, TryPutLeavesTheQueueAsItWas) {
  Fragile item{0};
  this->throw_everywhere([&](auto& queue) { queue.try_put(std::as_const(item)); });
  this->throw_everywhere([&](auto& queue) { queue.try_put(std::move(item)); });
  EXPECT_EQ(item.number(), 0);  // NOLINT: a Fragile is only ever copied
}

TYPED_TEST_P(QueueExceptionsSuite, GetLeavesTheQueueAsItWas) {
  this->throw_everywhere([](auto& queue) { static_cast<void>(queue.get()); });
}

TYPED_TEST_P(QueueExceptionsSuite, TryGetLeavesTheQueueAsItWas) {
  this->throw_everywhere([](auto& queue) { static_cast<void>(queue.try_get()); });
}

TYPED_TEST_P(QueueExceptionsSuite, RangeForLosesNoItem) {
  this->throw_everywhere([&](auto& queue) {
    for (Fragile& item : queue) {
      EXPECT_EQ(item.number(), order_of<TypeParam>(this->inside).front());
      break;
    }
  });
}

// The notification that a failed get() used up was meant for an item that is still there: the next who waits must have it.
TYPED_TEST_P(QueueExceptionsSuite, AFailedGetPassesItsWakeUpOn) {
  using namespace std::chrono_literals;
  typename TestFixture::Queue queue;
  base::Atomic<int> failed{0};
  base::Atomic<int> got{0};
  Waiters<TypeParam> getters;
  for (int i = 0; i < 2; ++i) {
    getters.start([&] {
      try {
        queue.get();
        ++got;
      } catch (const Refused&) {
        ++failed;
      } catch (const queue::ShutDown&) {  // in the end, if it was forgotten
      }
    });
  }
  ASSERT_TRUE(getters.asleep(2));
  Fragile item{1};
  this->throw_at(2);  // the first step is the move into the queue, the second the first one out of it
  EXPECT_TRUE(queue.try_put(std::move(item)));
  EXPECT_TRUE(eventually([&] { return failed.load() == 1 && got.load() == 1; }, 5s))
      << "one sleeps with so many items in the queue: " << queue.qsize();
  queue.shutdown();
  EXPECT_TRUE(getters.ended());
}

// And the other way round: room that a failed put() did not use belongs to the next who waits for room.
TYPED_TEST_P(QueueExceptionsSuite, AFailedPutPassesItsWakeUpOn) {
  using namespace std::chrono_literals;
  typename TestFixture::Queue queue{1};
  queue.put(Fragile{0, false});
  Waiters<TypeParam> first;
  ASSERT_TRUE(first.start_asleep([&] {
    Fragile item{1};
    this->throw_at(1);  // its only step is the move into the queue
    EXPECT_THROW(queue.try_put(std::move(item), 20s), Refused);
  }));
  Waiters<TypeParam> second;
  base::Atomic<bool> came_in{false};
  ASSERT_TRUE(second.start_asleep([&] { came_in = queue.try_put(Fragile{2, false}, 20s); }));
  EXPECT_EQ(queue.get().number(), 0);
  ASSERT_TRUE(first.ended());
  this->robust();
  EXPECT_TRUE(eventually([&] { return came_in.load(); }, 5s)) << "it sleeps with room in the queue: " << !queue.full();
  EXPECT_EQ(queue.get(20s).number(), 2);
  EXPECT_TRUE(second.ended());
}

REGISTER_TYPED_TEST_SUITE_P(QueueExceptionsSuite, PutLeavesTheQueueAsItWas, TryPutLeavesTheQueueAsItWas, GetLeavesTheQueueAsItWas,
                            TryGetLeavesTheQueueAsItWas, RangeForLosesNoItem, AFailedGetPassesItsWakeUpOn,
                            AFailedPutPassesItsWakeUpOn);

}  // namespace tandem::test
