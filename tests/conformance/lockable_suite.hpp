#pragma once

// What std::scoped_lock and std::unique_lock ask of a lock, and what a user may expect of mutual exclusion. Instantiate with
// INSTANTIATE_TYPED_TEST_SUITE_P over types that are made by default as free locks. A lock that also models TimedLockable is asked
// for that too.

#include <chrono>
#include <concepts>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/base/atomics.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/support/eventually.hpp"

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

/// How many sleep, wherever those sleep who wait for an L. For locks whose waiters are not in the process's parking lot, specialize
/// it.
template <class L>
struct Sleepers {
  static std::size_t now() { return sync::LocalFutex::parked(); }
};

template <Lockable L>
class LockableSuite : public ::testing::Test {
 protected:
  /// What another thread answers.
  template <class Call>
  static auto elsewhere(Call call) {
    std::unique_ptr<decltype(call())> answer;
    threading::Thread::started([&] { answer = std::make_unique<decltype(call())>(call()); }).join();
    return std::move(*answer);
  }
  bool free_for_others() {
    return elsewhere([this] {
      if (!lock.try_lock()) return false;
      lock.unlock();
      return true;
    });
  }
  static void await_sleepers(std::size_t n) {
    ASSERT_TRUE(eventually([&] { return Sleepers<L>::now() == n; }));
  }

  L lock;
  const std::size_t parked = Sleepers<L>::now();
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
  TypeParam other;
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
  base::Atomic<int> in{0};
  std::vector<threading::Thread> threads;
  this->lock.lock();
  for (int i = 0; i < 4; ++i) {
    threads.push_back(threading::Thread::started([&] {
      const std::scoped_lock hold{this->lock};
      ++in;
    }));
  }
  this->await_sleepers(this->parked + 4);
  EXPECT_EQ(in.load(), 0);
  this->lock.unlock();
  for (threading::Thread& thread : threads) EXPECT_TRUE(thread.join(std::chrono::seconds{20}));
  EXPECT_EQ(in.load(), 4);
}

TYPED_TEST_P(LockableSuite, LetsOneInAtATime) {
  constexpr int rounds = 20'000;
  long plain = 0;  // no atomic: TSan proves the order
  {
    std::vector<threading::Thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.push_back(threading::Thread::started([&, t] {
        for (int i = 0; i < rounds; ++i) {
          if (t == 0 && i % 2 == 0) {
            while (!this->lock.try_lock()) std::this_thread::yield();
          } else {
            this->lock.lock();
          }
          ++plain;
          this->lock.unlock();
        }
      }));
    }
  }
  EXPECT_EQ(plain, 4L * rounds);
}

// Deadlock avoidance of std::scoped_lock works by try_lock: two threads that name two locks in either order both get on.
TYPED_TEST_P(LockableSuite, TwoInEitherOrder) {
  TypeParam other;
  int plain = 0;
  {
    const auto forth = threading::Thread::started([&] {
      for (int i = 0; i < 2000; ++i) {
        const std::scoped_lock both{this->lock, other};
        ++plain;
      }
    });
    const auto back = threading::Thread::started([&] {
      for (int i = 0; i < 2000; ++i) {
        const std::scoped_lock both{other, this->lock};
        ++plain;
      }
    });
  }
  EXPECT_EQ(plain, 4000);
}

TYPED_TEST_P(LockableSuite, GivesUpAtItsTimeAndNotBefore) {
  if constexpr (TimedLockable<TypeParam>) {
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
  if constexpr (TimedLockable<TypeParam>) {
    using Steady = std::chrono::steady_clock::time_point;
    using System = std::chrono::system_clock::time_point;
    this->lock.lock();
    auto waiter = threading::Thread::started([&] {
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
    EXPECT_TRUE(waiter.join(std::chrono::seconds{5})) << "it waits for what is over";
    this->lock.unlock();
  }
}

TYPED_TEST_P(LockableSuite, IsTakenInTime) {
  if constexpr (TimedLockable<TypeParam>) {
    using namespace std::chrono_literals;
    EXPECT_TRUE(this->lock.try_lock_for(0ms));
    this->lock.unlock();
    EXPECT_TRUE(this->lock.try_lock_until(std::chrono::system_clock::now() - 1s)) << "it is free: there is no need to wait";
    auto waiter = threading::Thread::started([&] {
      EXPECT_TRUE(this->lock.try_lock_for(20s));
      this->lock.unlock();
      EXPECT_TRUE(this->lock.try_lock_until(std::chrono::steady_clock::time_point::max()));
      this->lock.unlock();
    });
    this->await_sleepers(this->parked + 1);
    this->lock.unlock();
    EXPECT_TRUE(waiter.join(20s));
  }
}

// Whoever gives up must leave no trace: the next release must wake somebody who still waits.
TYPED_TEST_P(LockableSuite, GivingUpStealsNobodysTurn) {
  if constexpr (TimedLockable<TypeParam>) {
    using namespace std::chrono_literals;
    for (int round = 0; round < 200; ++round) {
      this->lock.lock();
      const auto patient = threading::Thread::started([&] { const std::scoped_lock hold{this->lock}; });
      const auto hasty = threading::Thread::started([&] {
        if (this->lock.try_lock_for(100us)) this->lock.unlock();
      });
      const Deadline about_then = std::chrono::microseconds{50 + round % 100};
      while (!about_then.expired()) {
      }
      this->lock.unlock();
    }
    SUCCEED() << "nobody was forgotten: both threads ended in each round";
  }
}

REGISTER_TYPED_TEST_SUITE_P(LockableSuite, IsFreeUntilTakenAndAfterwards, WorksWithTheStandardGuards,
                            LetsTheWaitingInWhenItIsReleased, LetsOneInAtATime, TwoInEitherOrder, GivesUpAtItsTimeAndNotBefore,
                            ATimeInThePastHasPassed, IsTakenInTime, GivingUpStealsNobodysTurn);

}  // namespace tandem::test
