// Conditions between processes, and what becomes of notifications when their receiver dies. What they promise as conditions is in
// tests/conformance.

#include "tandem/multiprocessing/condition.hpp"

#include <array>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/shared/arena.hpp"
#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

class SharedCondition : public ::testing::Test {
 protected:
  /// A process that waits for one notification, and exits with 0 if it came. It has begun to wait when this returns.
  Child waiter(Deadline deadline = 20s) {
    Flag& begun = *is_waiting;
    begun = 0;
    Child child{[&, deadline] {
      const std::scoped_lock hold{condition};
      raise(begun);  // whoever takes the lock after us finds us waiting
      const bool notified = condition.wait(deadline);
      if (notified) order->at(static_cast<std::size_t>(next->fetch_add(1))) = platform::this_pid();
      return notified ? 0 : 1;
    }};
    EXPECT_TRUE(raised(begun));
    const std::scoped_lock hold{condition};
    return child;
  }
  void notify(std::size_t n = 1) {
    const std::scoped_lock hold{condition};
    condition.notify(n);
  }
  /// A waiter that was notified, and dies before it takes the lock.
  void kill_notified_waiter(Child& child) {
    child.send(SIGSTOP);
    ASSERT_TRUE(child.stopped());
    notify();
    child.kill();
  }

  mp::Condition condition{"news"};
  Common<Flag> is_waiting;
  Common<base::Atomic<int>> next;
  Common<std::array<int, 64>> order;  // pids, as they were woken
};

TEST_F(SharedCondition, TwoProcessesInTurns) {
  const Common<int> turn;
  const auto play = [&](int me) {
    for (int round = 0; round < 2000; ++round) {
      const std::scoped_lock hold{condition};
      if (!condition.wait_for([&] { return *turn == me; }, 20s)) return 1;
      *turn = 1 - me;
      condition.notify();
    }
    return 0;
  };
  Child other{[&] { return play(1); }};
  EXPECT_EQ(play(0), 0);
  EXPECT_EQ(other.wait(), 0);
}

TEST_F(SharedCondition, FirstComeFirstServed) {
  std::vector<Child> waiters;
  for (int i = 0; i < 6; ++i) waiters.push_back(waiter());
  std::vector<int> pids;
  for (const Child& child : waiters) pids.push_back(child.pid());
  for (std::size_t i = 0; i < 3; ++i) {
    notify();
    EXPECT_EQ(waiters[i].wait(), 0);
  }
  EXPECT_EQ(next->load(), 3) << "one each time";
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(order->at(i), pids[i]);
  notify(100);
  for (std::size_t i = 3; i < 6; ++i) EXPECT_EQ(waiters[i].wait(), 0);
}

TEST_F(SharedCondition, ADeadWaiterIsPassedOver) {
  std::vector<Child> waiters;
  for (int i = 0; i < 4; ++i) waiters.push_back(waiter());
  waiters[0].kill();
  waiters[1].kill();
  waiters[1].wait();
  notify();
  EXPECT_EQ(waiters[2].wait(), 0);
  notify();
  EXPECT_EQ(waiters[3].wait(), 0);
}

TEST_F(SharedCondition, ANotificationOfTheDeadGoesToTheOldestWhoLives) {
  Child first = waiter();
  Child second = waiter();
  Child third = waiter();
  const auto begin = Deadline::Clock::now();
  kill_notified_waiter(first);
  EXPECT_EQ(second.wait(), 0);
  EXPECT_LT(Deadline::Clock::now() - begin, soon);
  EXPECT_TRUE(third.asleep());
  EXPECT_EQ(next->load(), 1) << "to one";
  notify();
  EXPECT_EQ(third.wait(), 0);
}

TEST_F(SharedCondition, SeveralNotificationsOfTheDead) {
  std::vector<Child> victims;
  for (int i = 0; i < 3; ++i) victims.push_back(waiter());
  std::vector<Child> heirs;
  for (int i = 0; i < 4; ++i) heirs.push_back(waiter());
  for (Child& victim : victims) {
    victim.send(SIGSTOP);
    ASSERT_TRUE(victim.stopped());
  }
  notify(3);
  for (Child& victim : victims) victim.kill();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(heirs[i].wait(), 0);
  EXPECT_TRUE(heirs[3].asleep());
  EXPECT_EQ(next->load(), 3);
  notify();
  EXPECT_EQ(heirs[3].wait(), 0);
}

TEST_F(SharedCondition, WhoCameLaterInheritsNothing) {
  Child first = waiter();
  kill_notified_waiter(first);
  const std::scoped_lock hold{condition};
  EXPECT_FALSE(condition.wait(400ms));
}

TEST_F(SharedCondition, AStoppedWaiterKeepsItsNotification) {
  Child first = waiter();
  Child second = waiter(600ms);
  first.send(SIGSTOP);
  ASSERT_TRUE(first.stopped());
  notify();
  EXPECT_EQ(second.wait(), 1) << "it is not for this one";
  first.send(SIGCONT);
  EXPECT_EQ(first.wait(), 0);
}

TEST_F(SharedCondition, WhoDiesWithTheLockInHandIsNoticedByTheWaiting) {
  Child first = waiter();
  Child holder{[&] {
    condition.acquire();
    condition.notify();
    platform::exit_now(0);
    return 1;
  }};
  EXPECT_EQ(holder.wait(), 0);
  EXPECT_EQ(first.wait(), 0);
  EXPECT_TRUE(condition.acquire(soon));
  EXPECT_FALSE(condition.recovered()) << "it was the waiter who took it over, and has released it";
  condition.release();
}

TEST_F(SharedCondition, TheWaiterLearnsThatTheLockWasTakenFromTheDead) {
  Child first{[&] {
    const std::scoped_lock hold{condition};
    raise(*is_waiting);
    return condition.wait(20s) && condition.recovered() ? 0 : 1;
  }};
  ASSERT_TRUE(raised(*is_waiting));
  Child holder{[&] {
    condition.acquire();
    condition.notify();
    platform::exit_now(0);
    return 1;
  }};
  EXPECT_EQ(first.wait(), 0);
}

TEST_F(SharedCondition, TheDeadLeaveNoPlaceBehind) {
  Child first = waiter();
  const std::uint64_t bytes = shared::Arena::instance().bytes();
  // More than there are places in a page of memory.
  for (int i = 0; i < 200; ++i) {
    Child victim = waiter();
    if (i % 2 == 0) victim.send(SIGSTOP);
    victim.kill();
    victim.wait();
  }
  EXPECT_EQ(shared::Arena::instance().bytes(), bytes);
  notify();
  EXPECT_EQ(first.wait(), 0);
}

TEST_F(SharedCondition, IsAnArgumentWithItsLock) {
  mp::Lock lock{"given"};
  mp::RLock rlock;
  for (mp::Condition its : {mp::Condition{}, mp::Condition{lock}, mp::Condition{rlock}}) {
    mp::Process process{[](mp::Condition there, mp::Lock gate) {
                          const std::scoped_lock hold{there};
                          there.notify();
                          platform::exit_now(gate.locked() ? 1 : 0);
                        },
                        its, lock};
    its.acquire();
    process.start();
    EXPECT_TRUE(its.wait(20s));
    its.release();
    process.join();
  }
}

TEST(WaitingPlaces, AreLimited) {
  const auto object = shared::Object::make(shared::Kind::condition);
  const mp::WaitingPlaces places{*object};
  auto& line = object->state<mp::WaitingPlaces::Line>();
  for (std::uint32_t i = 0; i < mp::WaitingPlaces::capacity; ++i) {
    mp::WaitingPlace* place = places.take(line);
    if (place == nullptr) {
      places.grow(line, *object);
      place = places.take(line);
    }
    ASSERT_NE(place, nullptr);
    EXPECT_EQ(place->ticket.load(), i);
    place->word.store(mp::WaitingPlace::waiting);
  }
  EXPECT_EQ(places.take(line), nullptr);
  EXPECT_THROW(places.grow(line, *object), std::runtime_error);
  EXPECT_EQ(places.oldest(line)->ticket.load(), 0U);
  EXPECT_FALSE(places.oldest(line)->is_owned_by_the_dead());
  places.oldest(line)->word.store(mp::WaitingPlace::free);
  EXPECT_EQ(places.oldest(line)->ticket.load(), 1U);
  EXPECT_EQ(places.oldest(line, 1), nullptr);
  ASSERT_NE(places.take(line), nullptr);
}

}  // namespace
}  // namespace tandem::test
