#pragma once

// What every queue can, a SimpleQueue too: items go in and come out in its order. How a get() may end is also wait_suite.hpp's.
// What becomes of the objects themselves is queue_objects_suite.hpp's. Kinds: queue_kinds.hpp.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/conformance/queue_kinds.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class SimpleQueueSuite : public ::testing::Test {
 protected:
  template <class T>
  using QueueOf = typename Kind::template Queue<T>;

  /// The same in the words of a queue whose get() has no deadline.
  static int get_within(QueueOf<int>& queue, Deadline deadline) {
    if constexpr (requires { queue.get(deadline); }) {
      return queue.get(deadline);
    } else {
      return queue.try_get(deadline).value();
    }
  }

  QueueOf<int> queue;
};
TYPED_TEST_SUITE_P(SimpleQueueSuite);

TYPED_TEST_P(SimpleQueueSuite, GivesItsItemsInItsOrder) {
  Random random = random_engine();
  std::vector<int> inside;
  for (int i = 0; i < 20'000; ++i) {
    if constexpr (TypeParam::tells_size) {
      ASSERT_EQ(this->queue.qsize(), inside.size());
    }
    ASSERT_EQ(this->queue.empty(), inside.empty());
    if (inside.empty() || random() % 100 < (i % 2'000 < 1'000 ? 60 : 40)) {  // it grows, and shrinks again
      inside.push_back(static_cast<int>(random() % 100));
      this->queue.put(inside.back());
    } else {
      const auto next = inside.begin() + static_cast<std::ptrdiff_t>(TypeParam::next(inside));
      ASSERT_EQ(this->queue.get(), *next);
      inside.erase(next);
    }
  }
}

TYPED_TEST_P(SimpleQueueSuite, TellsItsSize) {
  EXPECT_TRUE(this->queue.empty());
  this->queue.put(1);
  this->queue.put(2);
  EXPECT_FALSE(this->queue.empty());
  if constexpr (TypeParam::tells_size) {
    EXPECT_EQ(this->queue.qsize(), 2U);
  }
  this->queue.get();
  this->queue.try_get();
  EXPECT_TRUE(this->queue.empty());
  if constexpr (TypeParam::tells_size) {
    EXPECT_EQ(this->queue.qsize(), 0U);
  }
}

TYPED_TEST_P(SimpleQueueSuite, EmptyInEveryForm) {
  using namespace std::chrono_literals;
  if constexpr (TypeParam::throws_empty) {
    EXPECT_TRUE(refuses<std::runtime_error>([&] { this->queue.get_nowait(); }, {"empty"}));
    EXPECT_THROW(this->queue.get(0s), queue::Empty);
    // Python refuses a negative time-out; here it is one that has passed, as everywhere.
    EXPECT_THROW(this->queue.get(-1s), queue::Empty);
    expect_not_before(20ms, [&](auto time) { EXPECT_THROW(this->queue.get(time), queue::Empty); });
    this->queue.put_nowait(1);
    EXPECT_EQ(this->queue.get_nowait(), 1);
  }
  EXPECT_EQ(this->queue.try_get(), std::nullopt);
  expect_not_before(20ms, [&](auto time) { EXPECT_EQ(this->queue.try_get(time), std::nullopt); });
  this->queue.put(2);
  EXPECT_EQ(this->queue.try_get(), 2);
}

TYPED_TEST_P(SimpleQueueSuite, TakesWhatCanOnlyBeMoved) {
  typename TestFixture::template QueueOf<std::unique_ptr<int>> movable;
  movable.put(std::make_unique<int>(1));
  EXPECT_EQ(*movable.get(), 1);
  movable.put(std::make_unique<int>(2));
  EXPECT_EQ(**movable.try_get(), 2);
  if constexpr (TypeParam::throws_empty) {
    movable.put_nowait(std::make_unique<int>(3));
    EXPECT_EQ(*movable.get_nowait(), 3);
  }
}

TYPED_TEST_P(SimpleQueueSuite, TakesWhatIsAnOptionalItself) {
  typename TestFixture::template QueueOf<std::optional<int>> optionals;
  optionals.put(std::nullopt);
  EXPECT_EQ(optionals.get(), std::nullopt);
  optionals.put(5);
  const std::optional<std::optional<int>> got = optionals.try_get();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(**got, 5);
  EXPECT_FALSE(optionals.try_get().has_value());
  optionals.put(std::nullopt);
  EXPECT_TRUE(optionals.try_get().has_value()) << "an item that happens to be an empty optional";
}

TYPED_TEST_P(SimpleQueueSuite, GetWaitsForPut) {
  using namespace std::chrono_literals;
  Waiters<TypeParam> getters;
  for (const bool patient : {true, false}) {
    ASSERT_TRUE(getters.start_asleep(
        [&, patient] { EXPECT_EQ(patient ? this->queue.get() : TestFixture::get_within(this->queue, 20s), 42); }));
    this->queue.put(42);
    EXPECT_TRUE(getters.ended());
  }
}

// As many as there are items, and no more, come back, those who came first before the others.
TYPED_TEST_P(SimpleQueueSuite, EachPutServesTheFirstWhoCame) {
  constexpr int n = 5;
  const Common<TypeParam, base::Atomic<int>> served{0};
  Waiters<TypeParam> getters;
  for (int i = 0; i < n; ++i) {
    ASSERT_TRUE(getters.start_asleep([&, i] {
      const int item = this->queue.get();
      EXPECT_TRUE(item == i || !TypeParam::first_come_first_served) << item << " came to the one who waited as number " << i;
      EXPECT_EQ(++*served, item + 1);  // one at a time: the next item comes when this one has been served
    }));
  }
  for (int i = 0; i < n; ++i) {
    this->queue.put(i);
    ASSERT_TRUE(getters.asleep(static_cast<std::size_t>(n - i - 1)));
    ASSERT_TRUE(eventually([&] { return served->load() == i + 1; }));
  }
  EXPECT_TRUE(getters.ended());
}

TYPED_TEST_P(SimpleQueueSuite, WhatCameBeforePutIsSeenAfterGet) {
  CommonRow<TypeParam, int> plain(2);  // no atomics, and each side writes: TSan proves the order
  typename TestFixture::template QueueOf<int> back;
  Waiters<TypeParam> echo;
  const int last = rounds(2000);
  echo.start([&] {
    for (int i = 0; i < last; ++i) {
      const int item = this->queue.get();
      plain[1] = plain[0] - item;
      back.put(i);
    }
  });
  for (int i = 0; i < last; ++i) {
    plain[0] = 3 * i;
    plain[1] = -1;
    this->queue.put(i);
    ASSERT_EQ(back.get(), i);
    ASSERT_EQ(plain[0], 3 * i);
    ASSERT_EQ(plain[1], 2 * i);
  }
  EXPECT_TRUE(echo.ended());
}

TYPED_TEST_P(SimpleQueueSuite, EveryItemIsGottenOnce) {
  using namespace std::chrono_literals;
  static_cast<void>(seed());  // chosen and printed before the actors ask for it
  constexpr int producers = 3;
  constexpr int consumers = 3;
  constexpr int enough = -1;
  const int each = rounds(4000);
  CommonRow<TypeParam, base::Atomic<int>> gotten(static_cast<std::size_t>(producers * each));
  Waiters<TypeParam> eating;
  for (std::uint32_t c = 0; c < consumers; ++c) {
    eating.start([&, c] {
      Random random = random_engine(100 + c);
      for (;;) {
        std::optional<int> item;
        if (random() % 2 == 0) {
          item = this->queue.get();
        } else {
          item = this->queue.try_get(up_to(60us, random));
        }
        if (item == enough) return;
        if (item) ++gotten.at(static_cast<std::size_t>(*item));
      }
    });
  }
  Waiters<TypeParam> making;
  for (int p = 0; p < producers; ++p) {
    making.start([&, p] {
      for (int i = 0; i < each; ++i) this->queue.put(p * each + i);
    });
  }
  EXPECT_TRUE(making.ended());
  EXPECT_TRUE(eventually([&] { return this->queue.empty(); }));  // the end must not come before, in whichever order it gives
  for (int c = 0; c < consumers; ++c) this->queue.put(enough);
  EXPECT_TRUE(eating.ended());
  for (const auto& times : gotten) ASSERT_EQ(times.load(), 1);
}

REGISTER_TYPED_TEST_SUITE_P(SimpleQueueSuite, GivesItsItemsInItsOrder, TellsItsSize, EmptyInEveryForm, TakesWhatCanOnlyBeMoved,
                            TakesWhatIsAnOptionalItself, GetWaitsForPut, EachPutServesTheFirstWhoCame,
                            WhatCameBeforePutIsSeenAfterGet, EveryItemIsGottenOnce);

}  // namespace tandem::test
