#pragma once

// What the queues within a process promise of the objects that lie in them: they are moved in, lie there themselves, are moved out,
// and are destroyed in time. Not for queues between processes: they carry what an object consists of, and only what can be
// serialized, so that the object stays with its owner and there is nothing to promise of it. Kinds: queue_kinds.hpp.

#include <any>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/conformance/queue_kinds.hpp"

namespace tandem::test {

template <class Kind>
class SimpleQueueObjectsSuite : public ::testing::Test {
 protected:
  template <class T>
  using QueueOf = typename Kind::template Queue<T>;
  static_assert(!std::is_copy_constructible_v<QueueOf<int>> && !std::is_move_constructible_v<QueueOf<int>>);
};
TYPED_TEST_SUITE_P(SimpleQueueObjectsSuite);

TYPED_TEST_P(SimpleQueueObjectsSuite, TakesAnything) {
  typename TestFixture::template QueueOf<std::any> things;
  things.put(1);
  EXPECT_EQ(std::any_cast<int>(things.get()), 1);
  things.put(std::string{"two"});
  EXPECT_EQ(std::any_cast<std::string>(things.get()), "two");
}

// A type that can be made of a list of itself: a move spelled with braces would pack it into one more layer.
TYPED_TEST_P(SimpleQueueObjectsSuite, TakesWhatCouldSwallowItself) {
  using Nested = std::vector<std::any>;
  const Nested two(2);
  typename TestFixture::template QueueOf<Nested> nested;
  nested.put(two);
  EXPECT_EQ(nested.get().size(), 2U);
  nested.put(Nested(2));
  EXPECT_EQ(nested.try_get()->size(), 2U);
  if constexpr (requires { nested.try_put(two); }) {
    EXPECT_TRUE(nested.try_put(two));
    EXPECT_EQ(nested.get().size(), 2U);
    EXPECT_TRUE(nested.try_put(Nested(2)));
    EXPECT_EQ(nested.get().size(), 2U);
    nested.put(two);
    nested.shutdown();
    for (const Nested& item : nested) EXPECT_EQ(item.size(), 2U);
  }
}

TYPED_TEST_P(SimpleQueueObjectsSuite, KeepsNothingOfWhatWasGotten) {
  const auto shared = std::make_shared<int>(1);
  typename TestFixture::template QueueOf<std::shared_ptr<int>> handles;
  for (int i = 0; i < 3; ++i) handles.put(shared);
  handles.get();
  EXPECT_EQ(shared.use_count(), 3);
  handles.try_get();
  EXPECT_EQ(shared.use_count(), 2);
  handles.get_nowait();
  EXPECT_EQ(shared.use_count(), 1);
}

TYPED_TEST_P(SimpleQueueObjectsSuite, DestroysWhatIsLeftInIt) {
  const auto shared = std::make_shared<int>(1);
  {
    typename TestFixture::template QueueOf<std::shared_ptr<int>> handles;
    for (int i = 0; i < 3; ++i) handles.put(shared);
    EXPECT_EQ(shared.use_count(), 4);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

REGISTER_TYPED_TEST_SUITE_P(SimpleQueueObjectsSuite, TakesAnything, TakesWhatCouldSwallowItself, KeepsNothingOfWhatWasGotten,
                            DestroysWhatIsLeftInIt);

/// Of those with a limit and an end.
template <class Kind>
class QueueObjectsSuite : public SimpleQueueObjectsSuite<Kind> {};
TYPED_TEST_SUITE_P(QueueObjectsSuite);

TYPED_TEST_P(QueueObjectsSuite, IsMovedFromOnlyIfItWentIn) {
  using namespace std::chrono_literals;
  std::stop_source stop;
  stop.request_stop();
  typename TestFixture::template QueueOf<std::unique_ptr<int>> queue{1};
  queue.put(std::make_unique<int>(1));
  auto item = std::make_unique<int>(2);
  EXPECT_FALSE(queue.try_put(std::move(item)));
  EXPECT_FALSE(queue.try_put(std::move(item), 1ms));
  EXPECT_FALSE(queue.try_put(std::move(item), stop.get_token()));
  ASSERT_NE(item, nullptr);  // NOLINT: that is the question
  queue.get();
  EXPECT_TRUE(queue.try_put(std::move(item), stop.get_token())) << "there is room: no need to wait";
  EXPECT_EQ(item, nullptr);  // NOLINT
  EXPECT_EQ(*queue.get(), 2);
  const std::string copied{"kept"};
  typename TestFixture::template QueueOf<std::string> texts{1};
  EXPECT_TRUE(texts.try_put(copied));
  EXPECT_FALSE(texts.try_put(copied, stop.get_token(), 1ms));
  EXPECT_EQ(copied, "kept");
}

TYPED_TEST_P(QueueObjectsSuite, RangeForDestroysEachBeforeTheNext) {
  const auto alive = std::make_shared<int>(0);
  typename TestFixture::template QueueOf<std::shared_ptr<int>> queue;
  for (int i = 0; i < 3; ++i) queue.put(alive);
  queue.shutdown();
  long left = 4;
  for (const auto& item : queue) EXPECT_EQ(item.use_count(), left--);
  EXPECT_EQ(alive.use_count(), 1);
}

TYPED_TEST_P(QueueObjectsSuite, ImmediateDropsTheRestWhichCountsAsDone) {
  using namespace std::chrono_literals;
  const auto shared = std::make_shared<int>(1);
  typename TestFixture::template QueueOf<std::shared_ptr<int>> handles;
  for (int i = 0; i < 3; ++i) handles.put(shared);
  handles.shutdown(true);
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_TRUE(handles.empty());
  EXPECT_THROW(handles.get(), queue::ShutDown);
  EXPECT_TRUE(handles.join(0s));
  EXPECT_THROW(handles.task_done(), std::invalid_argument);
}

TYPED_TEST_P(QueueObjectsSuite, ADestructorOfADroppedItemMayUseTheQueue) {
  struct Asks {
    typename TestFixture::template QueueOf<std::unique_ptr<Asks>>& queue;
    std::size_t& seen;
    ~Asks() { seen += queue.qsize() + 1; }
  };
  std::size_t seen = 0;
  typename TestFixture::template QueueOf<std::unique_ptr<Asks>> curious;
  for (int i = 0; i < 2; ++i) curious.put(std::unique_ptr<Asks>{new Asks{curious, seen}});
  curious.shutdown(true);
  EXPECT_EQ(seen, 2U);
}

REGISTER_TYPED_TEST_SUITE_P(QueueObjectsSuite, IsMovedFromOnlyIfItWentIn, RangeForDestroysEachBeforeTheNext,
                            ImmediateDropsTheRestWhichCountsAsDone, ADestructorOfADroppedItemMayUseTheQueue);

}  // namespace tandem::test
