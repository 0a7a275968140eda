#include "tandem/sync/condition.hpp"

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"

namespace tandem::sync {
namespace {

using namespace std::chrono_literals;
using test::eventually;

/// Its own RLock, a given RLock, a given Lock: the same rules.
struct OwnLock {
  Condition condition;
};
struct GivenRLock {
  RLock lock;
  Condition condition{lock};
};
struct GivenLock {
  Lock lock;
  Condition condition{lock};
};

template <class Kind>
struct ConditionTest : testing::Test, Kind {
  /// A thread that waits, and notes its number when notified.
  std::thread waiter(int number) {
    std::thread thread{[this, number] {
      const std::scoped_lock hold{this->condition};
      asleep.push_back(number);
      EXPECT_TRUE(this->condition.wait(20s));
      woken.push_back(number);
    }};
    // By the time we can take the lock, it has enlisted itself: wait() does that before it gives the lock up.
    EXPECT_TRUE(eventually([&] {
      const std::scoped_lock hold{this->condition};
      return !asleep.empty() && asleep.back() == number;
    }));
    return thread;
  }
  std::size_t woken_so_far() {
    const std::scoped_lock hold{this->condition};
    return woken.size();
  }

  std::vector<int> asleep, woken;
};

using Kinds = testing::Types<OwnLock, GivenRLock, GivenLock>;
TYPED_TEST_SUITE(ConditionTest, Kinds);

TYPED_TEST(ConditionTest, NeedsItsLock) {
  EXPECT_THROW(this->condition.wait(1ms), std::logic_error);
  EXPECT_THROW(this->condition.notify(), std::logic_error);
  EXPECT_THROW(this->condition.notify_all(), std::logic_error);
}

TYPED_TEST(ConditionTest, WakesExactlyNFirstComeFirstServed) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) threads.push_back(this->waiter(i));
  for (const std::size_t n : {1U, 2U}) {
    const std::size_t before = this->woken_so_far();
    {
      const std::scoped_lock hold{this->condition};
      this->condition.notify(n);
    }
    ASSERT_TRUE(eventually([&] { return this->woken_so_far() == before + n; }));
  }
  EXPECT_EQ(this->woken.front(), 0);
  EXPECT_EQ(this->woken.size(), 3U);
  {
    const std::scoped_lock hold{this->condition};
    this->condition.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
  // Within one notify(2) the two race for the lock; across notifies the order is that of arrival.
  EXPECT_TRUE((this->woken[1] == 1 && this->woken[2] == 2) || (this->woken[1] == 2 && this->woken[2] == 1));
}

TYPED_TEST(ConditionTest, TimesOutNotBeforeItsTimeAndHoldsTheLockAgain) {
  const std::scoped_lock hold{this->condition};
  const auto begin = Deadline::Clock::now();
  EXPECT_FALSE(this->condition.wait(30ms));
  EXPECT_GE(Deadline::Clock::now() - begin, 30ms);
  EXPECT_NO_THROW(this->condition.notify()) << "only its holder may notify";
}

TYPED_TEST(ConditionTest, WaitForAnswersThePredicate) {
  const std::scoped_lock hold{this->condition};
  EXPECT_TRUE(this->condition.wait_for([] { return true; }, 0s));
  EXPECT_FALSE(this->condition.wait_for([] { return false; }, 10ms));
}

// A notification that meets a time-out belongs to the waiter that it was given to, and that one must say so: the number of waits
// that report it equals the number of waiters notified.
TYPED_TEST(ConditionTest, NoNotificationIsLostToATimeOut) {
  auto random = test::random_engine();
  constexpr int rounds = 2000;
  int reported = 0;
  bool waiting = false;
  bool over = false;
  std::thread sleeper{[&] {
    const std::scoped_lock hold{this->condition};
    for (int i = 0; i < rounds; ++i) {
      waiting = true;
      reported += this->condition.wait(std::chrono::microseconds{1 + random() % 200});
      waiting = false;  // a notifier clears it too: it stands for "enlisted and not yet notified"
    }
    over = true;
  }};
  int given = 0;
  for (bool stop = false; !stop;) {
    const std::scoped_lock hold{this->condition};
    stop = over;
    // While we hold the lock, a sleeper that has not been notified is enlisted, even if it has just timed out.
    if (waiting) {
      this->condition.notify();
      waiting = false;
      ++given;
    }
  }
  sleeper.join();
  EXPECT_EQ(reported, given);
}

TEST(Condition, GivesUpAllLevelsOfAnRLock) {
  RLock lock;
  Condition condition{lock};
  bool ready = false;
  lock.acquire();
  lock.acquire();
  std::thread other{[&] {
    const std::scoped_lock hold{lock};
    ready = true;
    condition.notify();
  }};
  EXPECT_TRUE(condition.wait_for([&] { return ready; }, 20s));
  lock.release();
  EXPECT_TRUE(lock.is_owned()) << "both levels are back";
  lock.release();
  EXPECT_FALSE(lock.locked());
  other.join();
}

TEST(Condition, SeveralMayShareOneLock) {
  Lock lock;
  Condition empty{lock};
  Condition full{lock};
  int notified = 0;
  std::thread waiter{[&] {
    const std::scoped_lock hold{lock};
    notified += full.wait(20s);
  }};
  ASSERT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
  {
    const std::scoped_lock hold{lock};
    empty.notify_all();  // not meant for the one who waits
    EXPECT_EQ(notified, 0);
    full.notify();
  }
  waiter.join();
  EXPECT_EQ(notified, 1);
}

}  // namespace
}  // namespace tandem::sync
