#pragma once

// What a Condition promises. Kinds make one and say what it stands on:
//
//     struct Kind : InThreads {
//       Condition condition;  // Lockable itself
//       bool held();          // whether the caller, or for a lock without a holder somebody, holds its lock
//       Lock lock;            // its lock, if it is not its own
//       static constexpr bool recursive = false;  // whether that may be taken twice
//     };

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"

namespace tandem::test {

template <class Kind>
class ConditionSuite : public ::testing::Test {
 protected:
  /// One that waits and notes its number when it was notified. When this returns, that one has enlisted itself: wait() does that
  /// before it gives the lock up.
  void start_waiter(int number) {
    ASSERT_TRUE(waiters.start_asleep([this, number] {
      const std::scoped_lock hold{condition};
      EXPECT_TRUE(condition.wait(std::chrono::seconds{20}));
      woken->push_back(number);
    }));
  }
  void notify(std::size_t n) {
    const std::scoped_lock hold{condition};
    condition.notify(n);
  }
  /// Waits until n of the waiters were notified in all and the others sleep.
  void await_woken(std::size_t n, std::size_t of) {
    ASSERT_TRUE(eventually([&] {
      const std::scoped_lock hold{condition};
      return woken->size() == n;
    }));
    ASSERT_TRUE(waiters.asleep(of - n));
  }

  /// What a wait answers whose notifier keeps the lock beyond its time, and notifies before or after it.
  bool notify_around_its_time(bool before) {
    using namespace std::chrono_literals;
    struct Course {
      bool waiting = false;
      bool over = false;
      bool answer = false;
    };
    const Common<Kind, Course> course;
    bool notified = false;
    while (!notified) {
      const Deadline its_time = 50ms;
      waiters.start([&, its_time] {
        const std::scoped_lock hold{condition};
        *course = {.waiting = true};
        course->answer = condition.wait(its_time);
        course->over = true;
        course->waiting = false;
      });
      EXPECT_TRUE(eventually([&] {
        const std::scoped_lock hold{condition};
        if (!course->waiting) return course->over;  // not there yet, or it was over before we came: once more then
        if (before) condition.notify();
        spin_until(its_time);
        spin_until(5ms);
        if (!before) condition.notify();
        return notified = true;
      }));
      EXPECT_TRUE(waiters.ended());
    }
    return course->answer;
  }

  Kind kind;
  decltype(kind.condition)& condition = kind.condition;
  const Common<Kind, ShortList<int, 8>> woken;  // guarded by the condition's lock
  Waiters<Kind> waiters;
};
TYPED_TEST_SUITE_P(ConditionSuite);

TYPED_TEST_P(ConditionSuite, NeedsItsLock) {
  using namespace std::chrono_literals;
  EXPECT_TRUE(refuses<std::logic_error>([&] { this->condition.wait(1ms); }, {"wait", "acquire"}));
  EXPECT_TRUE(refuses<std::logic_error>([&] { this->condition.wait_for([] { return false; }, 1ms); }, {"wait", "acquire"}));
  EXPECT_TRUE(refuses<std::logic_error>([&] { this->condition.notify(); }, {"notify", "acquire"}));
  EXPECT_TRUE(refuses<std::logic_error>([&] { this->condition.notify_all(); }, {"notify", "acquire"}));
  EXPECT_FALSE(this->kind.held());
}

TYPED_TEST_P(ConditionSuite, WakesExactlyNFirstComeFirstServed) {
  for (int i = 0; i < 7; ++i) this->start_waiter(i);
  this->notify(1);
  this->await_woken(1, 7);
  EXPECT_EQ(this->woken->front(), 0);
  this->notify(2);
  this->await_woken(3, 7);
  // Within one notify(2) the two race for the lock; across notifies the order is that of arrival.
  EXPECT_EQ((*this->woken)[1] + (*this->woken)[2], 1 + 2);
  this->notify(1);
  this->await_woken(4, 7);
  EXPECT_EQ((*this->woken)[3], 3);
  {
    const std::scoped_lock hold{this->condition};
    this->condition.notify();  // by default one
  }
  this->await_woken(5, 7);
  EXPECT_EQ((*this->woken)[4], 4);
  {
    const std::scoped_lock hold{this->condition};
    this->condition.notify_all();
  }
  EXPECT_TRUE(this->waiters.ended());
  EXPECT_EQ(this->woken->size(), 7U);
}

TYPED_TEST_P(ConditionSuite, NotifyingMoreThanWaitWakesAllOfThem) {
  for (int i = 0; i < 3; ++i) this->start_waiter(i);
  this->notify(100);
  EXPECT_TRUE(this->waiters.ended());
  EXPECT_EQ(this->woken->size(), 3U);
}

// Unlike a semaphore's permit, and the reason why one waits for a predicate.
TYPED_TEST_P(ConditionSuite, ANotifyThatNobodyWaitsForIsForgotten) {
  using namespace std::chrono_literals;
  const std::scoped_lock hold{this->condition};
  this->condition.notify(5);
  this->condition.notify_all();
  EXPECT_FALSE(this->condition.wait(5ms));
}

TYPED_TEST_P(ConditionSuite, NotifyingNobodyWakesNobody) {
  this->start_waiter(0);
  this->notify(0);
  EXPECT_TRUE(this->waiters.asleep(1));
  EXPECT_TRUE(this->woken->empty());
  this->notify(1);
  EXPECT_TRUE(this->waiters.ended());
}

TYPED_TEST_P(ConditionSuite, WhoWaitsLaterIsNotMeant) {
  this->start_waiter(0);
  {
    const std::scoped_lock hold{this->condition};
    this->condition.notify_all();
    EXPECT_TRUE(this->woken->empty()) << "who was notified goes on when the notifier lets go of the lock";
  }
  this->await_woken(1, 1);
  this->start_waiter(1);
  EXPECT_EQ(this->woken->size(), 1U);
  this->notify(1);
  EXPECT_TRUE(this->waiters.ended());
}

TYPED_TEST_P(ConditionSuite, TimesOutNotBeforeItsTimeAndHoldsTheLockAgain) {
  using namespace std::chrono_literals;
  const std::scoped_lock hold{this->condition};
  expect_not_before(30ms, [&](auto time) { EXPECT_FALSE(this->condition.wait(time)); });
  EXPECT_TRUE(this->kind.held());
  EXPECT_NO_THROW(this->condition.notify()) << "only its holder may notify";
  for (const Deadline over : {Deadline{0s}, Deadline{-1h}, Deadline::passed()}) {
    EXPECT_FALSE(this->condition.wait(over));
    EXPECT_TRUE(this->kind.held());
  }
}

TYPED_TEST_P(ConditionSuite, WhoTimedOutIsNotifiedNoMore) {
  using namespace std::chrono_literals;
  {
    const std::scoped_lock hold{this->condition};
    EXPECT_FALSE(this->condition.wait(1ms));
  }
  this->start_waiter(0);
  this->notify(1);  // nothing of the one above is left that it could go to
  EXPECT_TRUE(this->waiters.ended());
}

// Surprising, and Python's as well: the time-out is for the sleep. Who was notified in time waits for the lock as long as it takes,
// and answers true. So does who was notified after its time, but before it had the lock back: that notify would be lost otherwise.
TYPED_TEST_P(ConditionSuite, TheLockIsAwaitedWithoutDeadline) {
  EXPECT_TRUE(this->notify_around_its_time(true));
  EXPECT_TRUE(this->notify_around_its_time(false));
}

TYPED_TEST_P(ConditionSuite, WaitForAnswersThePredicate) {
  using namespace std::chrono_literals;
  const std::scoped_lock hold{this->condition};
  int asked = 0;
  const auto yes = [&] { return ++asked > 0; };
  EXPECT_TRUE(this->condition.wait_for(yes));
  EXPECT_TRUE(this->condition.wait_for(yes, 0s));
  EXPECT_EQ(asked, 2) << "asked once each, before any wait";
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(this->condition.wait_for([] { return false; }, time)); });
  EXPECT_TRUE(this->condition.wait_for([&] { return ++asked > 3; }, 1ms)) << "what it says after the time-out counts";
  EXPECT_TRUE(this->kind.held());
}

TYPED_TEST_P(ConditionSuite, WaitForAsksUnderTheLockAfterEachNotify) {
  using namespace std::chrono_literals;
  const Common<TypeParam, int> state{0};  // no atomic: TSan proves that the predicate is called under the lock
  const Common<TypeParam, int> asked{0};
  Waiters<TypeParam> waiter;
  ASSERT_TRUE(waiter.start_asleep([&] {
    const std::scoped_lock hold{this->condition};
    EXPECT_TRUE(this->condition.wait_for(
        [&] {
          ++*asked;
          EXPECT_TRUE(this->kind.held());
          return *state == 4;
        },
        20s));
    EXPECT_EQ(*state, 4);
  }));
  for (int i = 1; i <= 4; ++i) {
    {
      const std::scoped_lock hold{this->condition};
      *state = i;
      this->condition.notify();
    }
    ASSERT_TRUE(eventually([&] {
      const std::scoped_lock hold{this->condition};
      return *asked == i + 1;
    }));
  }
  EXPECT_TRUE(waiter.ended());
}

// One deadline for all of it: notifies that come to nothing do not make it longer.
TYPED_TEST_P(ConditionSuite, WaitForHasOneDeadline) {
  using namespace std::chrono_literals;
  const Common<TypeParam, base::Atomic<bool>> over{false};
  Waiters<TypeParam> waiter;
  waiter.start([&] {
    const std::scoped_lock hold{this->condition};
    expect_not_before(50ms, [&](auto time) { EXPECT_FALSE(this->condition.wait_for([] { return false; }, time)); });
    *over = true;
  });
  EXPECT_TRUE(eventually([&] {
    this->notify(1);
    return over->load();
  }));
  EXPECT_TRUE(waiter.ended());
}

TYPED_TEST_P(ConditionSuite, APredicateThatThrowsLeavesWithTheLock) {
  struct Refused {};
  const auto throwing = [](int call) { return [call]() mutable { return --call <= 0 ? throw Refused{} : false; }; };
  {
    const std::scoped_lock hold{this->condition};
    EXPECT_THROW(this->condition.wait_for(throwing(1)), Refused);
    EXPECT_TRUE(this->kind.held());
    EXPECT_THROW(this->condition.wait_for(throwing(2), std::chrono::milliseconds{1}), Refused) << "after its wait";
    EXPECT_TRUE(this->kind.held());
  }
  EXPECT_FALSE(this->kind.held());
  this->start_waiter(0);
  this->notify(1);
  EXPECT_TRUE(this->waiters.ended()) << "and it is as usable as before";
}

// Over an RLock: the others must be able to take it, so it is given up wholly, and comes back as it was.
TYPED_TEST_P(ConditionSuite, GivesUpAllLevels) {
  if constexpr (TypeParam::recursive) {
    using namespace std::chrono_literals;
    const Common<TypeParam, bool> ready{false};
    Waiters<TypeParam> waiter;
    ASSERT_TRUE(waiter.start_asleep([&] {
      for (int level = 0; level < 3; ++level) this->condition.acquire();
      EXPECT_TRUE(this->condition.wait_for([&] { return *ready; }, 20s));
      EXPECT_FALSE(this->condition.wait(1ms)) << "a time-out brings them back, too";
      for (int level = 0; level < 3; ++level) {
        EXPECT_TRUE(this->kind.held());
        this->condition.release();
      }
      EXPECT_FALSE(this->kind.held()) << "as many levels came back as were there";
    }));
    {
      const std::scoped_lock twice{this->condition};
      const std::scoped_lock hold{this->condition};
      *ready = true;
      this->condition.notify();
    }
    EXPECT_TRUE(waiter.ended());
  }
}

// Python's Queue is made so: one lock, several conditions, and a notify is for those who wait on that one.
TYPED_TEST_P(ConditionSuite, SeveralMayShareOneLock) {
  if constexpr (requires { this->kind.lock; }) {
    std::remove_reference_t<decltype(this->condition)> other{this->kind.lock};
    this->start_waiter(0);
    {
      const std::scoped_lock hold{other};
      other.notify_all();
      EXPECT_NO_THROW(this->condition.notify(0)) << "who holds the one holds both";
    }
    EXPECT_TRUE(this->waiters.asleep(1));
    EXPECT_TRUE(this->woken->empty());
    this->notify(1);
    EXPECT_TRUE(this->waiters.ended());
  }
}

REGISTER_TYPED_TEST_SUITE_P(ConditionSuite, NeedsItsLock, WakesExactlyNFirstComeFirstServed, NotifyingMoreThanWaitWakesAllOfThem,
                            ANotifyThatNobodyWaitsForIsForgotten, NotifyingNobodyWakesNobody, WhoWaitsLaterIsNotMeant,
                            TimesOutNotBeforeItsTimeAndHoldsTheLockAgain, WhoTimedOutIsNotifiedNoMore,
                            TheLockIsAwaitedWithoutDeadline, WaitForAnswersThePredicate, WaitForAsksUnderTheLockAfterEachNotify,
                            WaitForHasOneDeadline, APredicateThatThrowsLeavesWithTheLock, GivesUpAllLevels, SeveralMayShareOneLock);

}  // namespace tandem::test
