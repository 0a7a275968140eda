// A producer or a consumer of a queue is killed at each single instruction of what it does.

#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/joinable_queue.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tests/crash/stepping_fixture.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

using Numbers = std::vector<std::uint64_t>;
using Texts = std::vector<std::string>;

template <class T>
std::vector<T> drain(mp::Queue<T>& queue) {
  std::vector<T> all;
  while (auto item = queue.try_get()) all.push_back(*std::move(item));
  return all;
}

std::string text(std::size_t size, char of) { return std::string(size, of); }

/// Queues of texts in which the next put or get is one that seldom happens.
class QueueSteps : public SteppingTest {
 protected:
  using Queue = mp::Queue<std::string>;
  static constexpr std::size_t usual = 1000;
  static constexpr std::size_t where_much_memory_comes_and_goes = 70;  // deaths: it takes long

  static void fill(Queue& queue, std::size_t bytes, Texts& contents) {
    for (std::size_t in = 0; in < bytes; in += usual) {
      contents.push_back(text(usual, static_cast<char>('a' + contents.size() % 26)));
      queue.put(contents.back());
    }
  }
  /// By a message that fits only into a ring which does not keep its memory.
  static void enter_a_large_ring(Queue& queue) {
    queue.put(text(mp::RingGeometry::bytes(mp::RingGeometry::largest_kept) / 2 + 1, 'L'));
    ASSERT_GT(Positions{queue}.tail().ring(), mp::RingGeometry::largest_kept);
  }
  static void skip(Queue& queue, std::size_t messages) {
    for (std::size_t i = 0; i < messages; ++i) queue.get();
  }

  /// Where the next message is put or gotten.
  struct Positions : Queue {
    explicit Positions(const Queue& queue) : Queue{queue} {}
    mp::RingPosition tail() const { return mp::RingPosition{ring_state(memory())->tail.position.load()}; }
    mp::RingPosition head() const { return mp::RingPosition{ring_state(memory())->head.position.load()}; }

   private:
    static mp::RingState* ring_state(const platform::Mapping& memory) { return reinterpret_cast<mp::RingState*>(memory.data()); }
    platform::Mapping memory() const { return object().window().map(0, 4096); }
  };
  using Moved = std::function<bool(mp::RingPosition from, mp::RingPosition to)>;
  static bool to_another_ring(mp::RingPosition from, mp::RingPosition to) { return from.ring() != to.ring(); }
  static bool to_the_first_ring(mp::RingPosition from, mp::RingPosition to) {
    return from.ring() > mp::RingGeometry::largest_kept && to.ring() == 0;
  }
  static bool to_the_beginning(mp::RingPosition from, mp::RingPosition to) {
    return from.ring() == to.ring() && to.offset() < from.offset();
  }
  static bool further(mp::RingPosition from, mp::RingPosition to) {
    return from.ring() == to.ring() && to.offset() > from.offset();
  }

  using Make = std::function<Queue(Texts&)>;
  using Use = std::function<void(Queue&, Texts&)>;
  /// Makes queues with so many messages in them, which have been used so often that the next use brings that end of it to the
  /// ring's beginning. When that is, is the queue's own decision: it is counted.
  static Make used_until_the_next(const Use& use, mp::RingPosition (Positions::*end)() const, std::size_t messages) {
    const auto make = [use, messages](int uses, Texts& contents) {
      Queue queue;
      fill(queue, messages * usual, contents);
      for (int i = 0; i < uses; ++i) use(queue, contents);
      return queue;
    };
    Texts contents;
    Queue counted = make(0, contents);
    int uses = -1;
    for (mp::RingPosition from, to; !to_the_beginning(from, to) && uses < 1000; ++uses) {
      from = (Positions{counted}.*end)();
      use(counted, contents);
      to = (Positions{counted}.*end)();
    }
    return [make, uses](Texts& of_this) { return make(uses, of_this); };
  }

  /// One put by a child into a queue as `make` leaves it with its contents: it is in behind them, or not at all. `moved` says
  /// whether it was the kind of put that was meant.
  void step_put(const Make& make, const Moved& moved, std::size_t deaths = 150) {
    std::optional<Queue> queue;
    Texts contents;
    mp::RingPosition from;
    const auto before = [&] {
      contents.clear();
      queue = make(contents);
      from = Positions{*queue}.tail();
    };
    const auto put = [&] { queue->put(text(usual, '+')); };
    const auto after = [&](bool died) {
      EXPECT_TRUE(died || moved(from, Positions{*queue}.tail())) << "this put is not what it was meant to be";
      ASSERT_TRUE(queue->try_put(text(usual, '!'), patience)) << "a survivor cannot put";
      Texts with = contents;
      with.push_back(text(usual, '+'));
      contents.push_back(text(usual, '!'));
      with.push_back(contents.back());
      const Texts found = drain(*queue);
      EXPECT_TRUE(found == with || (died && found == contents)) << found.size() << " messages";
      EXPECT_EQ(queue->qsize(), 0U);
    };
    at_each_instruction(before, put, after, deaths);
  }

  /// One get likewise: the message is gotten by the child, or by the survivors, or, if the child was killed, by nobody.
  void step_get(const Make& make, const Moved& moved, std::size_t deaths = 150) {
    std::optional<Queue> queue;
    Texts contents;
    mp::RingPosition from;
    const Common<Flag> gotten;
    const auto before = [&] {
      contents.clear();
      queue = make(contents);
      from = Positions{*queue}.head();
      gotten->store(0);
    };
    const auto get = [&] {
      const std::string item = queue->get();
      gotten->store(item == contents.front() ? 1 : 2);
    };
    const auto after = [&](bool died) {
      EXPECT_TRUE(died || moved(from, Positions{*queue}.head())) << "this get is not what it was meant to be";
      ASSERT_TRUE(queue->try_put("!", patience)) << "a survivor cannot put";
      contents.push_back("!");
      const Texts without{contents.begin() + 1, contents.end()};
      const Texts found = drain(*queue);
      EXPECT_TRUE(found == without || (died && gotten->load() == 0 && found == contents)) << found.size() << " messages";
      EXPECT_NE(gotten->load(), 2U) << "the child has gotten something else";
      EXPECT_EQ(queue->qsize(), 0U);
    };
    at_each_instruction(before, get, after, deaths);
  }
};

// Numbers lie in the queue as they are.

TEST_F(SteppingTest, PutOfANumber) {
  mp::Queue<std::uint64_t> queue;
  at_each_instruction([&] { queue.put(1); }, [&] { queue.put(0xFEDCBA9876543210); },
                      [&](bool died) {
                        ASSERT_TRUE(queue.try_put(3, patience));
                        const Numbers found = drain(queue);
                        EXPECT_TRUE(found == Numbers({1, 0xFEDCBA9876543210, 3}) || (died && found == Numbers({1, 3})));
                      });
}

TEST_F(SteppingTest, GetOfANumber) {
  mp::Queue<std::uint64_t> queue;
  const Common<base::Atomic<std::uint64_t>> gotten;
  const auto fill = [&] {
    gotten->store(0);
    for (const std::uint64_t number : {7, 8, 9}) queue.put(number);
  };
  at_each_instruction(
      fill, [&] { gotten->store(queue.get()); },
      [&](bool died) {
        const Numbers found = drain(queue);
        EXPECT_TRUE(found == Numbers({8, 9}) || (died && gotten->load() == 0 && found == Numbers({7, 8, 9})));
        EXPECT_TRUE(gotten->load() == 7 || (died && gotten->load() == 0));
      });
}

TEST_F(SteppingTest, PutMany) {
  mp::Queue<std::uint64_t> queue;
  const Numbers many{4, 5, 6, 7};
  at_each_instruction([&] { queue.put(3); }, [&] { queue.put_many(many); },
                      [&](bool died) {
                        ASSERT_TRUE(queue.try_put(8, patience));
                        const Numbers found = drain(queue);
                        EXPECT_TRUE(found == Numbers({3, 4, 5, 6, 7, 8}) || (died && found == Numbers({3, 8})))
                            << "what goes in together is there together, or not at all";
                      });
}

TEST_F(SteppingTest, GetMany) {
  mp::Queue<std::uint64_t> queue;
  const auto fill = [&] {
    for (const std::uint64_t number : {1, 2, 3, 4, 5}) queue.put(number);
  };
  at_each_instruction(
      fill, [&] { queue.get_many(3); },
      [&](bool died) {
        const Numbers found = drain(queue);
        EXPECT_TRUE(found == Numbers({4, 5}) || (died && found == Numbers({1, 2, 3, 4, 5})));
      });
}

TEST_F(SteppingTest, TaskDone) {
  mp::JoinableQueue<std::uint64_t> queue;
  const auto fill = [&] {
    queue.put(1);
    queue.get();
  };
  at_each_instruction(
      fill, [&] { queue.task_done(); },
      [&](bool died) {
        if (!queue.join(Deadline::passed())) {
          EXPECT_TRUE(died);
          queue.task_done();
        }
        EXPECT_TRUE(queue.join(patience));
        EXPECT_THROW(queue.task_done(), std::invalid_argument);
      });
}

TEST_F(SteppingTest, Shutdown) {
  std::optional<mp::Queue<std::uint64_t>> queue;
  const auto fill = [&] {
    queue.emplace();
    queue->put(1);
  };
  at_each_instruction(
      fill, [&] { queue->shutdown(); },
      [&](bool died) {
        EXPECT_EQ(queue->get(patience), 1U) << "what was in it can be gotten";
        if (!queue->is_shut_down()) {
          EXPECT_TRUE(died);
          queue->put(2, patience);
          EXPECT_EQ(queue->get(patience), 2U);
          queue->shutdown();
        }
        EXPECT_THROW(queue->put(3, patience), queue::ShutDown);
        EXPECT_THROW(queue->get(patience), queue::ShutDown);
      });
}

// Texts are serialized. The queue's memory is a chain of rings, the first of which has 64 KiB.

TEST_F(QueueSteps, PutOfAText) {
  step_put(
      [](Texts& contents) {
        Queue queue;
        fill(queue, 2 * usual, contents);
        return queue;
      },
      further);
}

TEST_F(QueueSteps, GetOfAText) {
  step_get(
      [](Texts& contents) {
        Queue queue;
        fill(queue, 2 * usual, contents);
        return queue;
      },
      further);
}

class QueueAround : public QueueSteps, public ::testing::WithParamInterface<std::size_t> {};
// Most of the ring is full of them; or there is so much room that it may be begun again before its end.
INSTANTIATE_TEST_SUITE_P(Messages, QueueAround, ::testing::Values(40, 4));

TEST_P(QueueAround, PutBehindTheEndOfTheRing) {
  const auto put_and_get = [](Queue& queue, Texts& contents) {
    fill(queue, usual, contents);
    skip(queue, 1);
    contents.erase(contents.begin());
  };
  step_put(used_until_the_next(put_and_get, &Positions::tail, GetParam()), to_the_beginning);
}

TEST_P(QueueAround, GetBehindTheEndOfTheRing) {
  const auto get_and_put = [](Queue& queue, Texts& contents) {
    skip(queue, 1);
    contents.erase(contents.begin());
    fill(queue, usual, contents);
  };
  step_get(used_until_the_next(get_and_put, &Positions::head, GetParam()), to_the_beginning);
}

TEST_F(QueueSteps, PutThatNeedsALargerRing) {
  step_put(
      [](Texts& contents) {
        Queue queue;
        fill(queue, 64 * usual, contents);  // one more, and the first ring is full
        return queue;
      },
      to_another_ring);
}

TEST_F(QueueSteps, GetThatLeavesARing) {
  step_get(
      [](Texts& contents) {
        Queue queue;
        fill(queue, 70 * usual, contents);
        std::size_t in_first_ring = 0;
        for (std::size_t bytes = 0; bytes + usual + 24 < 64 * 1024; bytes += usual + 16) ++in_first_ring;
        skip(queue, in_first_ring);
        contents.erase(contents.begin(), contents.begin() + static_cast<std::ptrdiff_t>(in_first_ring));
        return queue;
      },
      to_another_ring);
}

TEST_F(QueueSteps, GetThatGivesTheMemoryBack) {
  step_get(
      [](Texts& contents) {
        Queue queue;
        enter_a_large_ring(queue);
        contents = {"last"};
        queue.put(contents.back());
        skip(queue, 1);
        return queue;
      },
      to_the_first_ring, where_much_memory_comes_and_goes);
}

TEST_F(QueueSteps, PutIntoASmallerRingAgain) {
  // After large messages a queue stays in its large ring for a while, however little is in it. How long, is counted first.
  const auto use = [](Queue& queue) {
    queue.put(text(usual, '.'));
    skip(queue, 1);
  };
  const auto make = [] {
    Queue queue;
    enter_a_large_ring(queue);
    skip(queue, 1);
    return queue;
  };
  Queue counted = make();
  const int large = Positions{counted}.tail().ring();
  ASSERT_GT(large, mp::RingGeometry::largest_kept) << "it has left its large ring at once";
  int puts = -1;
  for (; Positions{counted}.tail().ring() == large; ++puts) use(counted);
  step_put(
      [&](Texts& /*contents*/) {
        Queue queue = make();
        for (int i = 0; i < puts; ++i) use(queue);
        return queue;
      },
      to_another_ring, where_much_memory_comes_and_goes);
}

// Somebody sleeps, and whom the child should wake: it does, or somebody else does, or the sleeper looks for himself.

TEST_F(SteppingTest, PutThatSomebodySleepsFor) {
  mp::Queue<std::uint64_t> queue;
  std::optional<Child> consumer;
  const Common<base::Atomic<std::uint64_t>> gotten;
  const auto before = [&] {
    gotten->store(0);
    consumer.emplace([&] {
      gotten->store(queue.get(patience));
      return 0;
    });
    ASSERT_TRUE(consumer->asleep());
  };
  const auto after = [&](bool) {
    if (queue.empty() && gotten->load() == 0) queue.put(2, patience);
    EXPECT_EQ(consumer->wait(), 0) << "it sleeps though there is a message";
    for (const std::uint64_t number : drain(queue)) EXPECT_EQ(number, 2U) << "one was gotten, and is there once more";
    EXPECT_NE(gotten->load(), 0U);
  };
  at_each_instruction_of_waking(before, {[&] { queue.put(1); }}, after);
}

TEST_F(SteppingTest, GetThatSomebodySleepsFor) {
  mp::Queue<std::uint64_t> queue{1};
  std::optional<Child> producer;
  const auto before = [&] {
    queue.put(1);
    producer.emplace([&] {
      queue.put(2, patience);
      return 0;
    });
    ASSERT_TRUE(producer->asleep());
  };
  const auto after = [&](bool died) {
    // The child took the first message, and the producer's comes; or it is still there.
    const std::uint64_t first = queue.get(patience);
    EXPECT_TRUE(first == 2 || (died && first == 1));
    if (first == 1) {
      EXPECT_EQ(queue.get(patience), 2U);
    }
    EXPECT_EQ(producer->wait(), 0);
    EXPECT_TRUE(queue.empty());
  };
  at_each_instruction_of_waking(before, {[&] { queue.get(); }}, after);
}

}  // namespace
}  // namespace tandem::test
