#include <memory>

#include "tandem/queue/priority_queue.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/queue/simple_queue.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using queue::Queue;
using queue::ShutDown;

TEST(QueueModels, ItemsComeInTheOrderInWhichTheyWerePut) {
  explore("one puts, one gets, room for one", {.preemptions = 3}, [](Model& m) {
    auto& queue = m.make<Queue<int>>(1U);
    m.thread("puts", [&] {
      for (int i = 0; i < 3; ++i) queue.put(i);
    });
    m.thread("gets", [&] {
      for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.get(), i);
    });
    m.finally([&] { EXPECT_TRUE(queue.empty()); });
  });
}

TEST(QueueModels, EachItemIsGottenOnce) {
  explore("one puts, two get", {.preemptions = 2}, [](Model& m) {
    auto& queue = m.make<Queue<int>>();
    auto& sum = m.make<base::Atomic<int>>(0);
    m.thread("puts", [&] {
      queue.put(1);
      queue.put(2);
    });
    for (const char* name : {"a", "b"}) m.thread(name, [&] { sum.fetch_add(queue.get()); });
    m.finally([&] { EXPECT_EQ(sum.load(), 3); });
  });
}

TEST(QueueModels, RoomForOneLetsTwoProducersThrough) {
  explore("two put, one gets, room for one", {.preemptions = 2}, [](Model& m) {
    auto& queue = m.make<Queue<int>>(1U);
    for (const int item : {1, 2}) m.thread(item == 1 ? "a" : "b", [&, item] { queue.put(item); });
    m.thread("gets", [&] { EXPECT_EQ(queue.get() + queue.get(), 3); });
    m.finally([&] { EXPECT_TRUE(queue.empty()); });
  });
}

// Who gives up takes no wake-up along that another needs.
TEST(QueueModels, AGetThatGivesUpStealsNoItem) {
  explore("a get gives up", {.preemptions = 2}, [](Model& m) {
    auto& queue = m.make<Queue<int>>();
    auto& sum = m.make<base::Atomic<int>>(0);
    m.thread("hurried", [&] {
      const Stopwatch watch;
      const std::optional<int> item = queue.try_get(5ms);
      EXPECT_TRUE(item || watch.passed() >= 5ms);
      sum.fetch_add(item.value_or(0));
    });
    m.thread("patient", [&] { sum.fetch_add(queue.get()); });
    m.thread("puts", [&] {
      queue.put(1);
      queue.put(2);
    });
    m.finally([&] { EXPECT_EQ(sum.load() + queue.try_get().value_or(0), 3); });
  });
}

TEST(QueueModels, CtrlCLeavesItemsAndWakeUpsToOthers) {
  explore("Ctrl-C in get", {.preemptions = 2}, [](Model& m) {
    auto& queue = m.make<Queue<int>>();
    auto& sum = m.make<base::Atomic<int>>(0);
    m.interrupted_thread("main", [&] {
      int item = 0;
      const Ending ending = ending_of([&] {
        item = queue.get();
        return true;
      });
      sum.fetch_add(ending == Ending::yes ? item : 0);
    });
    m.thread("patient", [&] { sum.fetch_add(queue.get()); });
    m.thread("puts", [&] {
      queue.put(1);
      queue.put(2);
    });
    m.finally([&] { EXPECT_EQ(sum.load() + queue.try_get().value_or(0), 3); });
  });
}

TEST(QueueModels, ShutdownReleasesBothSides) {
  explore("shutdown while both sides wait", {.preemptions = 2}, [](Model& m) {
    auto& full = m.make<Queue<int>>(1U);
    auto& empty = m.make<Queue<int>>(1U);
    full.put(1);
    m.thread("puts", [&] { EXPECT_THROW(full.put(2), ShutDown); });
    m.thread("gets", [&] { EXPECT_THROW(static_cast<void>(empty.get()), ShutDown); });
    m.thread("shuts down", [&] {
      full.shutdown();
      empty.shutdown();
    });
    m.finally([&] { EXPECT_EQ(full.try_get(), 1) << "what is in it can still be gotten"; });
  });
}

TEST(QueueModels, ImmediateShutdownDropsWhatIsInIt) {
  explore("shutdown(immediate)", {.preemptions = 3}, [](Model& m) {
    auto& queue = m.make<Queue<int>>(1U);
    auto& got = m.make<base::Atomic<int>>(0);
    queue.put(1);
    m.thread("puts", [&] {
      try {
        queue.put(2);
      } catch (const ShutDown&) {
        got.fetch_add(100);
      }
    });
    m.thread("gets", [&] {
      try {
        got.fetch_add(queue.get());
      } catch (const ShutDown&) {
        got.fetch_add(1000);
      }
    });
    m.thread("shuts down", [&] { queue.shutdown(true); });
    m.finally([&] {
      EXPECT_TRUE(queue.empty());
      EXPECT_TRUE(got.load() == 1 || got.load() == 101 || got.load() == 1100) << got.load();
    });
  });
}

TEST(QueueModels, JoinReturnsWhenAllIsDone) {
  explore("join and task_done", {.preemptions = 3}, [](Model& m) {
    auto& queue = m.make<Queue<int>>();
    auto& done = m.make<base::Atomic<int>>(0);
    queue.put(1);
    queue.put(2);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        static_cast<void>(queue.get());
        done.fetch_add(1);
        queue.task_done();
      });
    }
    m.thread("joins", [&] {
      EXPECT_TRUE(queue.join());
      EXPECT_EQ(done.load(), 2);
    });
  });
}

TEST(QueueModels, MoreRoomLetsWaitingProducersThrough) {
  explore("maxsize grows while two wait", {.preemptions = 2}, [](Model& m) {
    auto& queue = m.make<Queue<int>>(1U);
    queue.put(1);
    for (const int item : {2, 3}) m.thread(item == 2 ? "a" : "b", [&, item] { queue.put(item); });
    m.thread("makes room", [&] { queue.maxsize(3); });
    m.finally([&] { EXPECT_EQ(queue.qsize(), 3U); });
  });
}

TEST(QueueModels, ASimpleQueueWakesOneForEachItem) {
  explore("a SimpleQueue", {.preemptions = 3}, [](Model& m) {
    auto& queue = m.make<queue::SimpleQueue<int>>();
    auto& sum = m.make<base::Atomic<int>>(0);
    for (const char* name : {"a", "b"}) m.thread(name, [&] { sum.fetch_add(queue.get()); });
    m.thread("puts", [&] {
      queue.put(1);
      queue.put(2);
    });
    m.finally([&] { EXPECT_EQ(sum.load(), 3); });
  });
}

TEST(QueueModels, APriorityQueueLosesNothing) {
  explore("a PriorityQueue", {.preemptions = 2}, [](Model& m) {
    auto& queue = m.make<queue::PriorityQueue<int>>(2U);
    for (const int item : {2, 1}) m.thread(item == 1 ? "puts 1" : "puts 2", [&, item] { queue.put(item); });
    m.thread("gets", [&] { EXPECT_EQ(queue.get() + queue.get(), 3); });
    m.finally([&] { EXPECT_TRUE(queue.empty()); });
  });
}

}  // namespace
}  // namespace tandem::interleaving
