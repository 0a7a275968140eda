// A blocked receive cannot be cancelled (boostorg/interprocess#111).

#include <chrono>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Process;
using multiprocessing::Queue;

/// Runs `wait` in a thread until it sleeps, then `end`, which must end it.
template <class Wait, class End>
void expect_ended(Wait wait, End end) {
  const std::size_t before = asleep_on_shared_words(other_threads);
  std::thread waiter{wait};
  EXPECT_TRUE(eventually([&] { return asleep_on_shared_words(other_threads) > before; }));
  end();
  waiter.join();
}

class Pain12 : public ::testing::Test {
 protected:
  void fill() {
    while (queue_.try_put(1)) {
    }
  }
  Queue<int> queue_{3};
};

TEST_F(Pain12, AStopRequestEndsAGet) {
  std::stop_source stop;
  expect_ended([&] { EXPECT_EQ(queue_.try_get(stop.get_token()), std::nullopt); }, [&] { stop.request_stop(); });
  queue_.put(5);
  EXPECT_EQ(queue_.get(), 5) << "the queue is as if nobody had waited";
}

TEST_F(Pain12, AStopRequestEndsAPut) {
  fill();
  std::stop_source stop;
  expect_ended([&] { EXPECT_FALSE(queue_.try_put(2, stop.get_token())); }, [&] { stop.request_stop(); });
  EXPECT_EQ(queue_.qsize(), 3U);
}

TEST_F(Pain12, CloseEndsAGet) {
  expect_ended([&] { EXPECT_THROW(queue_.get(), std::invalid_argument); }, [&] { queue_.close(); });
}

TEST_F(Pain12, CloseEndsAPut) {
  fill();
  expect_ended([&] { EXPECT_THROW(queue_.put(2), std::invalid_argument); }, [&] { queue_.close(); });
}

TEST_F(Pain12, ShutdownEndsAGetInAnotherProcess) {
  Queue<int> begun;
  Process consumer{[](Queue<int> queue, Queue<int> says) {
                     says.put(1);
                     for (const int item : queue) says.put(item);
                     says.put(-1);
                   },
                   queue_, begun};
  consumer.start();
  EXPECT_EQ(begun.get(30s), 1);
  queue_.put(7);
  EXPECT_EQ(begun.get(30s), 7);
  queue_.shutdown();
  EXPECT_EQ(begun.get(30s), -1);
  EXPECT_TRUE(consumer.join(30s));
}

}  // namespace
}  // namespace tandem::test
