// What the compiler can tell of the queues' types.

#include <iterator>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <type_traits>

#include <gtest/gtest.h>

#include "tandem/queue.hpp"

namespace tandem::queue {
namespace {

template <class Q>
concept Movable = std::is_copy_constructible_v<Q> || std::is_move_constructible_v<Q> || std::is_move_assignable_v<Q>;
static_assert(!Movable<Queue<int>> && !Movable<LifoQueue<int>> && !Movable<PriorityQueue<int>> && !Movable<SimpleQueue<int>>);

template <class Q>
concept Walked = std::input_iterator<typename Q::iterator> && std::sentinel_for<typename Q::sentinel, typename Q::iterator>;
static_assert(Walked<Queue<int>> && Walked<LifoQueue<int>> && Walked<PriorityQueue<int>>);

// A number of items is no queue.
static_assert(!std::is_convertible_v<std::size_t, Queue<int>> && !std::is_convertible_v<std::size_t, PriorityQueue<int>>);

static_assert(std::is_base_of_v<std::runtime_error, Empty> && std::is_base_of_v<std::runtime_error, Full> &&
              std::is_base_of_v<std::runtime_error, ShutDown>);

// Like Python's, a SimpleQueue has neither limit nor count nor end.
template <class Q>
concept FollowsTasks = requires(Q queue) {
  queue.task_done();
  queue.join();
  queue.shutdown();
  queue.full();
};
static_assert(FollowsTasks<Queue<int>> && FollowsTasks<LifoQueue<int>> && FollowsTasks<PriorityQueue<int>>);
static_assert(!FollowsTasks<SimpleQueue<int>>);

// What can only be moved can be put.
template <class Q, class Item>
concept Takes = requires(Q queue, Item&& item) { queue.try_put(static_cast<Item&&>(item)); };
using Owner = std::unique_ptr<int>;
static_assert(Takes<Queue<Owner>, Owner> && Takes<PriorityQueue<Owner>, Owner>);

TEST(QueueErrors, SayWhatHappened) {
  EXPECT_STREQ(Empty{}.what(), "the queue is empty");
  EXPECT_STREQ(Full{}.what(), "the queue is full");
  EXPECT_STREQ(ShutDown{}.what(), "the queue was shut down");
}

}  // namespace
}  // namespace tandem::queue
