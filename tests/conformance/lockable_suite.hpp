#pragma once

// What std::scoped_lock and std::unique_lock ask of a lock, and what a user may expect of mutual exclusion. Instantiate with
// INSTANTIATE_TYPED_TEST_SUITE_P over kinds that name a type which is made by default as a free lock. A lock that also models
// TimedLockable is asked for that too.
//
//     using Kind = Locking<InThreads, Lock>;

#include <chrono>
#include <concepts>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"

namespace tandem::test {

template <class L>
concept Lockable = requires(L& lock) {
  lock.lock();
  { lock.try_lock() } -> std::convertible_to<bool>;
  lock.unlock();
};

template <class L>
concept TimedLockable =
    Lockable<L> && requires(L& lock, std::chrono::milliseconds time, std::chrono::system_clock::time_point when) {
      { lock.try_lock_for(time) } -> std::convertible_to<bool>;
      { lock.try_lock_until(when) } -> std::convertible_to<bool>;
    };

template <class World, Lockable L>
struct Locking : World {
  using Lock = L;
};

template <class Kind>
class LockableSuite : public ::testing::Test {
 protected:
  using L = typename Kind::Lock;

  /// What another actor answers.
  template <class Call>
  static bool elsewhere(Call call) {
    const Common<Kind, bool> answer{false};
    Waiters<Kind> other;
    other.start([&] { *answer = call(); });
    EXPECT_TRUE(other.ended());
    return *answer;
  }
  bool free_for_others() {
    return elsewhere([this] {
      if (!lock.try_lock()) return false;
      lock.unlock();
      return true;
    });
  }

  L lock;
};
TYPED_TEST_SUITE_P(LockableSuite);

TYPED_TEST_P(LockableSuite, IsFreeUntilTakenAndAfterwards) {
  EXPECT_TRUE(this->free_for_others());
  this->lock.lock();
  EXPECT_FALSE(this->free_for_others());
  this->lock.unlock();
  EXPECT_TRUE(this->free_for_others());
  EXPECT_TRUE(this->lock.try_lock());
  EXPECT_FALSE(this->free_for_others());
  this->lock.unlock();
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockableSuite, WorksWithTheStandardGuards) {
  {
    const std::scoped_lock hold{this->lock};
    EXPECT_FALSE(this->free_for_others());
  }
  EXPECT_TRUE(this->free_for_others());
  typename TypeParam::Lock other;
  {
    const std::scoped_lock both{this->lock, other};
    EXPECT_FALSE(this->free_for_others());
  }
  {
    std::unique_lock hold{this->lock, std::try_to_lock};
    EXPECT_TRUE(hold.owns_lock());
    hold.unlock();
    EXPECT_TRUE(this->free_for_others());
    hold.lock();
    EXPECT_FALSE(this->free_for_others());
  }
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockableSuite, LetsTheWaitingInWhenItIsReleased) {
  const Common<TypeParam, base::Atomic<int>> in{0};
  Waiters<TypeParam> others;
  this->lock.lock();
  for (int i = 0; i < 4; ++i) {
    others.start([&] {
      const std::scoped_lock hold{this->lock};
      ++*in;
    });
  }
  ASSERT_TRUE(others.asleep(4));
  EXPECT_EQ(in->load(), 0);
  this->lock.unlock();
  EXPECT_TRUE(others.ended());
  EXPECT_EQ(in->load(), 4);
}

TYPED_TEST_P(LockableSuite, LetsOneInAtATime) {
  constexpr int rounds = 20'000;
  const Common<TypeParam, long> plain{0};  // no atomic: TSan proves the order
  Waiters<TypeParam> others;
  for (int t = 0; t < 4; ++t) {
    others.start([&, t] {
      for (int i = 0; i < rounds; ++i) {
        if (t == 0 && i % 2 == 0) {
          while (!this->lock.try_lock()) std::this_thread::yield();
        } else {
          this->lock.lock();
        }
        ++*plain;
        this->lock.unlock();
      }
    });
  }
  EXPECT_TRUE(others.ended(std::chrono::seconds{50}));
  EXPECT_EQ(*plain, 4L * rounds);
}

// Deadlock avoidance of std::scoped_lock works by try_lock: two threads that name two locks in either order both get on.
TYPED_TEST_P(LockableSuite, TwoInEitherOrder) {
  typename TypeParam::Lock other;
  const Common<TypeParam, int> plain{0};
  Waiters<TypeParam> others;
  others.start([&] {
    for (int i = 0; i < 2000; ++i) {
      const std::scoped_lock both{this->lock, other};
      ++*plain;
    }
  });
  others.start([&] {
    for (int i = 0; i < 2000; ++i) {
      const std::scoped_lock both{other, this->lock};
      ++*plain;
    }
  });
  EXPECT_TRUE(others.ended(std::chrono::seconds{50}));
  EXPECT_EQ(*plain, 4000);
}

TYPED_TEST_P(LockableSuite, GivesUpAtItsTimeAndNotBefore) {
  if constexpr (TimedLockable<typename TypeParam::Lock>) {
    using namespace std::chrono_literals;
    const std::scoped_lock hold{this->lock};
    const auto try_for = [&](auto time) { return this->elsewhere([&, time] { return this->lock.try_lock_for(time); }); };
    const auto try_until = [&](auto when) { return this->elsewhere([&, when] { return this->lock.try_lock_until(when); }); };
    const auto begin = Deadline::Clock::now();
    EXPECT_FALSE(try_for(20ms));
    EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
    EXPECT_FALSE(try_for(0ms));
    EXPECT_FALSE(try_for(-1h));
    EXPECT_FALSE(try_until(std::chrono::steady_clock::now() + 5ms));
    EXPECT_FALSE(try_until(std::chrono::system_clock::now() + 5ms));
    EXPECT_FALSE(try_until(std::chrono::system_clock::now() - 1h));
  }
}

// However long ago that was: it must not turn into "for ever" on the way.
TYPED_TEST_P(LockableSuite, ATimeInThePastHasPassed) {
  if constexpr (TimedLockable<typename TypeParam::Lock>) {
    using Steady = std::chrono::steady_clock::time_point;
    using System = std::chrono::system_clock::time_point;
    this->lock.lock();
    Waiters<TypeParam> waiter;
    waiter.start([&] {
      const auto expect_passed = [this](bool taken) {
        EXPECT_FALSE(taken);
        if (taken) this->lock.unlock();
      };
      expect_passed(this->lock.try_lock_until(Steady{}));
      expect_passed(this->lock.try_lock_until(System{}));
      expect_passed(this->lock.try_lock_until(Steady::min()));
      expect_passed(this->lock.try_lock_until(System::min()));
      expect_passed(this->lock.try_lock_for(std::chrono::hours::min()));
    });
    EXPECT_TRUE(waiter.ended(std::chrono::seconds{5})) << "it waits for what is over";
    this->lock.unlock();
  }
}

TYPED_TEST_P(LockableSuite, IsTakenInTime) {
  if constexpr (TimedLockable<typename TypeParam::Lock>) {
    using namespace std::chrono_literals;
    EXPECT_TRUE(this->lock.try_lock_for(0ms));
    this->lock.unlock();
    EXPECT_TRUE(this->lock.try_lock_until(std::chrono::system_clock::now() - 1s)) << "it is free: there is no need to wait";
    Waiters<TypeParam> waiter;
    ASSERT_TRUE(waiter.start_asleep([&] {
      EXPECT_TRUE(this->lock.try_lock_for(20s));
      this->lock.unlock();
      EXPECT_TRUE(this->lock.try_lock_until(std::chrono::steady_clock::time_point::max()));
      this->lock.unlock();
    }));
    this->lock.unlock();
    EXPECT_TRUE(waiter.ended());
  }
}

// Whoever gives up must leave no trace: the next release must wake somebody who still waits.
TYPED_TEST_P(LockableSuite, GivingUpStealsNobodysTurn) {
  if constexpr (TimedLockable<typename TypeParam::Lock>) {
    using namespace std::chrono_literals;
    for (int round = 0; round < 200; ++round) {
      this->lock.lock();
      Waiters<TypeParam> others;
      others.start([&] { const std::scoped_lock hold{this->lock}; });
      others.start([&] {
        if (this->lock.try_lock_for(100us)) this->lock.unlock();
      });
      const Deadline about_then = std::chrono::microseconds{50 + round % 100};
      while (!about_then.expired()) {
      }
      this->lock.unlock();
      ASSERT_TRUE(others.ended()) << "one was forgotten in round " << round;
    }
  }
}

REGISTER_TYPED_TEST_SUITE_P(LockableSuite, IsFreeUntilTakenAndAfterwards, WorksWithTheStandardGuards,
                            LetsTheWaitingInWhenItIsReleased, LetsOneInAtATime, TwoInEitherOrder, GivesUpAtItsTimeAndNotBefore,
                            ATimeInThePastHasPassed, IsTakenInTime, GivingUpStealsNobodysTurn);

}  // namespace tandem::test
