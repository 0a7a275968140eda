// What one thread alone can see of a queue: order, limits, counting, kinds of items.

#include "tandem/queue/queue.hpp"

#include <any>
#include <chrono>
#include <concepts>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::queue {
namespace {

using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<Queue<int>> && !std::is_move_constructible_v<Queue<int>>);
static_assert(std::input_iterator<Queue<int>::iterator>);
static_assert(std::sentinel_for<Queue<int>::sentinel, Queue<int>::iterator>);

TEST(Queue, IsFirstInFirstOut) {
  Queue<int> queue;
  for (int i = 0; i < 100; ++i) queue.put(i);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(queue.get(), i);
  EXPECT_TRUE(queue.empty());
}

TEST(Queue, TellsItsSize) {
  Queue<int> queue{2};
  EXPECT_EQ(queue.maxsize(), 2U);
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.full());
  queue.put(1);
  EXPECT_EQ(queue.qsize(), 1U);
  EXPECT_FALSE(queue.empty());
  EXPECT_FALSE(queue.full());
  queue.put(2);
  EXPECT_EQ(queue.qsize(), 2U);
  EXPECT_TRUE(queue.full());
}

TEST(Queue, WithoutALimitIsNeverFull) {
  Queue<int> queue;
  EXPECT_EQ(queue.maxsize(), 0U);
  for (int i = 0; i < 10'000; ++i) queue.put_nowait(i);
  EXPECT_FALSE(queue.full());
  EXPECT_EQ(queue.qsize(), 10'000U);
}

TEST(Queue, FullInEveryForm) {
  Queue<std::string> queue{1};
  queue.put("first");
  EXPECT_THROW(queue.put_nowait("x"), Full);
  EXPECT_THROW(queue.put("x", 0s), Full);
  EXPECT_THROW(queue.put("x", -1s), Full);
  EXPECT_THROW(queue.put("x", 1ms), Full);
  const std::string copied{"kept"};
  EXPECT_FALSE(queue.try_put(copied));
  std::string moved{"kept"};
  EXPECT_FALSE(queue.try_put(std::move(moved)));
  EXPECT_EQ(moved, "kept") << "moved from only if it went in";  // NOLINT
  EXPECT_FALSE(queue.try_put(std::move(moved), 1ms));
  EXPECT_EQ(queue.qsize(), 1U);
  EXPECT_EQ(queue.get(), "first");
  EXPECT_TRUE(queue.try_put(std::move(moved)));
  EXPECT_EQ(queue.get(), "kept");
}

TEST(Queue, EmptyInEveryForm) {
  Queue<int> queue;
  EXPECT_THROW(queue.get_nowait(), Empty);
  EXPECT_THROW(queue.get(0s), Empty);
  EXPECT_THROW(queue.get(-1s), Empty);
  EXPECT_THROW(queue.get(1ms), Empty);
  EXPECT_EQ(queue.try_get(), std::nullopt);
  EXPECT_EQ(queue.try_get(1ms), std::nullopt);
  queue.put(1);
  EXPECT_EQ(queue.try_get(), 1);
}

TEST(Queue, ErrorsAreRuntimeErrorsThatSaySo) {
  Queue<int> queue;
  try {
    queue.get_nowait();
    FAIL() << "there was nothing to get";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("empty"), std::string::npos);
  }
}

TEST(Queue, TakesWhatCanOnlyBeMoved) {
  Queue<std::unique_ptr<int>> queue{2};
  queue.put(std::make_unique<int>(1));
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(queue.try_put(std::move(second)));
  EXPECT_EQ(second, nullptr);
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(queue.try_put(std::move(third)));
  EXPECT_NE(third, nullptr);
  EXPECT_EQ(*queue.get(), 1);
  EXPECT_EQ(**queue.try_get(), 2);
}

TEST(Queue, TakesWhatIsAnOptionalItself) {
  Queue<std::optional<int>> queue;
  queue.put(std::nullopt);
  queue.put(5);
  EXPECT_EQ(queue.get(), std::nullopt);
  const std::optional<std::optional<int>> got = queue.try_get();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(**got, 5);
  EXPECT_FALSE(queue.try_get().has_value());
  queue.put(std::nullopt);
  EXPECT_TRUE(queue.try_get().has_value()) << "an item that happens to be an empty optional";
}

TEST(Queue, TakesAnything) {
  Queue<std::any> queue;
  queue.put(1);
  queue.put(std::string{"two"});
  EXPECT_EQ(std::any_cast<int>(queue.get()), 1);
  EXPECT_EQ(std::any_cast<std::string>(queue.get()), "two");
}

// A type that can be made of a list of itself: a move spelled with braces would pack it into one more layer.
TEST(Queue, TakesWhatCouldSwallowItself) {
  using Nested = std::vector<std::any>;
  const Nested two(2);
  Queue<Nested> queue;
  queue.put(two);
  EXPECT_EQ(queue.get().size(), 2U);
  EXPECT_TRUE(queue.try_put(two));
  EXPECT_EQ(queue.get().size(), 2U);
  EXPECT_TRUE(queue.try_put(Nested(2)));
  EXPECT_EQ(queue.try_get()->size(), 2U);
  queue.put(two);
  queue.shutdown();
  for (const Nested& item : queue) EXPECT_EQ(item.size(), 2U);
}

TEST(Queue, CountsWhatIsDone) {
  Queue<int> queue;
  EXPECT_TRUE(queue.join(0s)) << "nothing was put";
  queue.put(1);
  queue.put(2);
  EXPECT_FALSE(queue.join(0s));
  queue.get();
  EXPECT_FALSE(queue.join(0s)) << "gotten is not done";
  queue.task_done();
  EXPECT_FALSE(queue.join(1ms));
  queue.get();
  queue.task_done();
  EXPECT_TRUE(queue.join());
}

TEST(Queue, RefusesTaskDoneTooOften) {
  Queue<int> queue;
  EXPECT_THROW(queue.task_done(), std::invalid_argument);
  queue.put(1);
  queue.get();
  queue.task_done();
  EXPECT_THROW(queue.task_done(), std::invalid_argument);
  queue.put(2);
  EXPECT_FALSE(queue.join(0s)) << "a refused report does not count";
}

// As in Python: the count is that of put(), and whether the item was taken is not looked at.
TEST(Queue, TaskDoneCountsPutsNotGets) {
  Queue<int> queue;
  queue.put(1);
  queue.task_done();
  EXPECT_TRUE(queue.join(0s));
  EXPECT_EQ(queue.get(), 1);
}

TEST(Queue, AFailedPutDoesNotCount) {
  Queue<int> queue{1};
  queue.put(1);
  EXPECT_THROW(queue.put_nowait(2), Full);
  queue.task_done();
  EXPECT_TRUE(queue.join(0s));
}

TEST(Queue, DestroysWhatIsLeftInIt) {
  const auto shared = std::make_shared<int>(1);
  {
    Queue<std::shared_ptr<int>> queue;
    queue.put(shared);
    queue.put(shared);
    EXPECT_EQ(shared.use_count(), 3);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Queue, KeepsNothingOfWhatWasGotten) {
  const auto shared = std::make_shared<int>(1);
  Queue<std::shared_ptr<int>> queue;
  queue.put(shared);
  queue.get();
  EXPECT_EQ(shared.use_count(), 1);
  queue.put(shared);
  queue.try_get();
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Queue, RangeForDestroysEachBeforeTheNext) {
  struct Item {
    std::shared_ptr<int> alive;
  };
  const auto alive = std::make_shared<int>(0);
  Queue<Item> queue;
  for (int i = 0; i < 3; ++i) queue.put({alive});
  queue.shutdown();
  long left = 4;
  for (Item& item : queue) {
    EXPECT_EQ(item.alive.use_count(), left--);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Queue, RangeForMayTakeTheItemAway) {
  Queue<std::unique_ptr<int>> queue;
  for (int i = 0; i < 3; ++i) queue.put(std::make_unique<int>(i));
  queue.shutdown();
  std::vector<std::unique_ptr<int>> taken;
  for (std::unique_ptr<int>& item : queue) taken.push_back(std::move(item));
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(*taken[2], 2);
}

TEST(Queue, BreakingOutOfARangeForLeavesTheRest) {
  Queue<int> queue;
  for (int i = 0; i < 3; ++i) queue.put(i);
  for (const int item : queue) {
    EXPECT_EQ(item, 0);
    break;
  }
  EXPECT_EQ(queue.qsize(), 2U);
  EXPECT_EQ(queue.get(), 1);
}

}  // namespace
}  // namespace tandem::queue
