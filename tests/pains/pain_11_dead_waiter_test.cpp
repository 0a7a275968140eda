// Shared condition variables hang after a waiter dies (boostorg/interprocess#109, OSRM#3911).

#include <chrono>
#include <csignal>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;
using multiprocessing::Condition;
using multiprocessing::Process;
using multiprocessing::Queue;

/// Says that it is about to wait, with the lock in hand: who takes the lock afterwards finds it waiting.
void wait_once(Condition condition, Queue<int> waiting, Queue<int> woken, int number) {
  const std::scoped_lock hold{condition};
  waiting.put(number);
  condition.wait();
  woken.put(number);
}

class Pain11 : public ::testing::Test {
 protected:
  /// Started one after the other, so that this is the order in which they wait.
  void start_waiters(int count) {
    for (int number = 0; number < count; ++number) {
      waiters_.emplace_back(wait_once, condition_, waiting_, woken_, number);
      waiters_.back().daemon(true);  // is ended also if the test fails
      waiters_.back().start();
      ASSERT_EQ(waiting_.get(30s), number);
    }
  }
  void notify() {
    const std::scoped_lock hold{condition_};
    condition_.notify();
  }
  void kill(int number) {
    Process& waiter = waiters_[static_cast<std::size_t>(number)];
    waiter.kill();
    ASSERT_TRUE(waiter.join(30s));
  }
  Condition condition_;
  Queue<int> waiting_;
  Queue<int> woken_;
  std::vector<Process> waiters_;
};

TEST_F(Pain11, TheDeadArePassedOver) {
  start_waiters(4);
  kill(0);
  kill(2);
  notify();
  EXPECT_EQ(woken_.get(30s), 1);
  notify();
  EXPECT_EQ(woken_.get(30s), 3);
}

TEST_F(Pain11, AWakeThatTheDeadHadInTheirHandsIsPassedOn) {
  for (int round = 0; round < 5; ++round) {
    waiters_.clear();
    start_waiters(3);
    // Stopped, the oldest is told, and cannot do anything about it.
    ASSERT_EQ(::kill(waiters_[0].pid(), SIGSTOP), 0);
    notify();
    kill(0);
    EXPECT_EQ(woken_.get(30s), 1) << "the notification died with the one that it was for";
    notify();
    EXPECT_EQ(woken_.get(30s), 2);
  }
}

TEST_F(Pain11, WaitersAreKilledAtRandom) {
  auto random = random_engine();
  for (int round = 0; round < 40; ++round) {
    waiters_.clear();
    start_waiters(3);
    const int victim = static_cast<int>(random() % 3);
    notify();
    if (random() % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds{random() % 300});
    kill(victim);
    // Two are left at least who have not said anything. However far the victim came, the second of two more notifications, or the
    // first one, still wakes the last of them.
    for (int i = 0; i < 2; ++i) notify();
    std::vector<bool> well(3, false);
    for (int i = 0; i < 2; ++i) {
      int number = woken_.get(30s);
      if (number == victim) number = woken_.get(30s);  // it could say so before it died
      well[static_cast<std::size_t>(number)] = true;
    }
    for (int number = 0; number < 3; ++number) EXPECT_EQ(well[static_cast<std::size_t>(number)], number != victim);
    while (woken_.try_get()) {
    }
  }
}

}  // namespace
}  // namespace tandem::test
