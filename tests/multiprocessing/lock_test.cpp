// Lock and RLock between processes, and what becomes of them when their holder dies. What they promise as locks is in
// tests/conformance.

#include "tandem/multiprocessing/lock.hpp"

#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

template <class L>
class SharedLockTest : public ::testing::Test {
 protected:
  /// A process that has taken the lock so many times, and does no more.
  Child holder(int levels = 1) {
    Flag& ready = *is_held;
    Child child{[&] {
      for (int i = 0; i < levels; ++i) lock.acquire();
      raise(ready);
      wait_for_death();
      return 0;
    }};
    EXPECT_TRUE(raised(ready));
    return child;
  }
  void expect_free_and_whole() {
    ASSERT_TRUE(lock.acquire(false));
    EXPECT_FALSE(lock.recovered());
    lock.release();
  }

  L lock{"accounts"};
  Common<Flag> is_held;
};
using Locks = ::testing::Types<mp::Lock, mp::RLock>;
TYPED_TEST_SUITE(SharedLockTest, Locks);

TYPED_TEST(SharedLockTest, LetsOneProcessInAtATime) {
  for (const int processes : {2, 4}) {
    constexpr long rounds = 20'000;
    const Common<long> plain;
    {
      std::vector<Child> children;
      for (int i = 0; i < processes; ++i) {
        children.emplace_back([&] {
          for (long round = 0; round < rounds; ++round) {
            const std::scoped_lock hold{this->lock};
            *plain = *plain + 1;
          }
          return 0;
        });
      }
      for (Child& child : children) EXPECT_EQ(child.wait(), 0);
    }
    EXPECT_EQ(*plain, processes * rounds);
    EXPECT_FALSE(this->lock.locked());
  }
}

TYPED_TEST(SharedLockTest, WhoWaitsGetsTheLockOfADeadHolderAndKnows) {
  Child holder = this->holder();
  Child waiter{[this] { return this->lock.acquire(20s) && this->lock.recovered() ? 0 : 1; }};
  ASSERT_TRUE(waiter.asleep());
  const auto begin = Deadline::Clock::now();
  holder.kill();
  EXPECT_EQ(waiter.wait(), 0);
  EXPECT_LT(Deadline::Clock::now() - begin, soon);
  // It had the lock when it ended.
  EXPECT_TRUE(this->lock.acquire(soon));
  EXPECT_TRUE(this->lock.recovered());
  this->lock.release();
  this->expect_free_and_whole();
}

// A signal ends a sleep before its time, however often that happens: whether the holder lives must be asked all the same.
TYPED_TEST(SharedLockTest, WhoIsSentSignalsWhileItWaitsLearnsOfTheDeathToo) {
  Child holder = this->holder();
  Child waiter{[this] {
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    if (::sigaction(SIGUSR1, &nothing, nullptr) != 0) return 2;
    return this->lock.acquire(20s) ? 0 : 1;
  }};
  ASSERT_TRUE(waiter.asleep());
  holder.kill();
  const Deadline limit = soon;
  while (!platform::has_ended({static_cast<std::uint32_t>(waiter.pid()), 0}) && !limit.expired()) {
    waiter.send(SIGUSR1);
    std::this_thread::sleep_for(500us);
  }
  EXPECT_FALSE(limit.expired());
  EXPECT_EQ(waiter.wait(), 0);
}

TYPED_TEST(SharedLockTest, WhoTriesGetsTheLockOfADeadHolder) {
  Child holder = this->holder();
  EXPECT_FALSE(this->lock.acquire(false));
  EXPECT_TRUE(this->lock.locked());
  platform::kill_child(holder.pid());
  EXPECT_TRUE(this->lock.locked()) << "nobody has looked yet";
  ASSERT_TRUE(this->lock.acquire(false));
  EXPECT_TRUE(this->lock.recovered());
  EXPECT_EQ(this->lock.acquire(false), (std::is_same_v<TypeParam, mp::RLock>));
  this->lock.release();
  if (this->lock.locked()) this->lock.release();
  this->expect_free_and_whole();
}

TYPED_TEST(SharedLockTest, AStoppedHolderIsNotRobbed) {
  Flag& go_on = *this->is_held;
  const Common<Flag> ready;
  Child holder{[&] {
    this->lock.acquire();
    raise(*ready);
    while (go_on.load() == 0) base::cpu_pause();
    this->lock.release();
    return 0;
  }};
  ASSERT_TRUE(raised(*ready));
  holder.send(SIGSTOP);
  ASSERT_TRUE(holder.stopped());
  EXPECT_FALSE(this->lock.acquire(400ms));
  EXPECT_FALSE(this->lock.acquire(false));
  raise(go_on);
  holder.send(SIGCONT);
  EXPECT_TRUE(this->lock.acquire(20s));
  EXPECT_FALSE(this->lock.recovered());
  this->lock.release();
  EXPECT_EQ(holder.wait(), 0);
}

// Each of them dies with the lock in hand, or about to have it; the rest go on.
TYPED_TEST(SharedLockTest, SurvivesAnyNumberOfDeaths) {
  const Common<Flag> over;
  const Common<long> plain;
  const auto work = [&] {
    while (over->load() == 0) {
      const std::scoped_lock hold{this->lock};
      *plain = *plain + 1;
    }
    return 0;
  };
  std::vector<Child> survivors;
  survivors.emplace_back(work);
  survivors.emplace_back(work);
  for (int round = 0; round < 50; ++round) {
    Child victim{work};
    const long before = *plain;
    ASSERT_TRUE(eventually([&] { return *plain > before + 100; }));
    victim.kill();
    victim.wait();
  }
  raise(*over);
  for (Child& survivor : survivors) EXPECT_EQ(survivor.wait(), 0);
  ASSERT_TRUE(this->lock.acquire(soon));
  this->lock.release();
  this->expect_free_and_whole();
}

TYPED_TEST(SharedLockTest, TheNameIsKnownEverywhere) {
  Child other{[this] {
    try {
      this->lock.release();
    } catch (const std::logic_error& error) {
      return std::strstr(error.what(), "'accounts'") != nullptr ? 0 : 1;
    }
    return 2;
  }};
  EXPECT_EQ(other.wait(), 0);
  const TypeParam verbose{std::string(100, 'x')};
  EXPECT_EQ(verbose.name(), std::string(63, 'x'));
}

TYPED_TEST(SharedLockTest, ACopyIsTheSameLock) {
  TypeParam copy = this->lock;
  EXPECT_EQ(copy, this->lock);
  copy.acquire();
  EXPECT_TRUE(this->lock.locked());
  copy.release();
  EXPECT_NE(TypeParam{}, this->lock);
  TypeParam moved = std::move(copy);
  EXPECT_EQ(moved, this->lock);
  EXPECT_THROW(copy.acquire(), std::logic_error);  // NOLINT: that is the question
}

TYPED_TEST(SharedLockTest, IsAnArgument) {
  this->lock.acquire();
  mp::Process process{[](TypeParam its) { platform::exit_now(its.acquire(false) ? 1 : 0); }, this->lock};
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
  this->lock.release();
  mp::Process dying{[](TypeParam its) {
                      its.acquire();
                      platform::exit_now(0);
                    },
                    this->lock};
  dying.start();
  dying.join();
  EXPECT_TRUE(this->lock.acquire(soon));
  EXPECT_TRUE(this->lock.recovered());
  this->lock.release();
}

TEST(SharedLock, AnyProcessMayRelease) {
  mp::Lock lock;
  lock.acquire();
  Child other{[&] {
    lock.release();
    return 0;
  }};
  EXPECT_EQ(other.wait(), 0);
  EXPECT_TRUE(lock.acquire(false));
  lock.release();
}

TEST(SharedRLock, OnlyItsHolderMayRelease) {
  mp::RLock lock;
  lock.acquire();
  // The main thread of the child has the number of the main thread here, and a memory that says it had taken the lock.
  Child other{[&] {
    if (lock.is_owned() || lock.acquire(false)) return 1;
    try {
      lock.release();
    } catch (const std::logic_error&) {
      return 0;
    }
    return 2;
  }};
  EXPECT_EQ(other.wait(), 0);
  EXPECT_TRUE(lock.is_owned());
  lock.release();
}

TEST(SharedRLock, WhatTheDeadHadTakenSeveralTimesIsTakenOnce) {
  mp::RLock lock;
  const Common<Flag> ready;
  Child holder{[&] {
    for (int level = 0; level < 5; ++level) lock.acquire();
    raise(*ready);
    wait_for_death();
    return 0;
  }};
  ASSERT_TRUE(raised(*ready));
  platform::kill_child(holder.pid());
  EXPECT_FALSE(lock.is_owned());
  EXPECT_THROW(lock.release(), std::logic_error);
  ASSERT_TRUE(lock.acquire(soon));
  ASSERT_TRUE(lock.acquire(soon));
  EXPECT_TRUE(lock.recovered());
  lock.release();
  EXPECT_TRUE(lock.recovered());
  lock.release();
  EXPECT_FALSE(lock.locked());
}

// Pids come round again; what was born at another time is somebody else.
TEST(RobustLockWord, AHolderWithAnotherBirthIsDead) {
  Child living{[] {
    wait_for_death();
    return 0;
  }};
  const platform::ProcessId self = platform::this_process();
  for (const std::uint32_t pid : {self.pid, static_cast<std::uint32_t>(living.pid())}) {
    sync::RobustLockWord lock;
    constexpr std::uint64_t held = 1;
    const std::uint64_t forged = held | std::uint64_t{pid} << 10 | std::uint64_t{self.birth - 12345} << 32;
    std::memcpy(static_cast<void*>(&lock), &forged, sizeof forged);
    ASSERT_TRUE(lock.is_locked());
    EXPECT_FALSE(lock.is_mine());
    EXPECT_TRUE(lock.acquire(20s));
    EXPECT_TRUE(lock.recovered());
    EXPECT_TRUE(lock.is_mine());
    EXPECT_TRUE(lock.release());
  }
}

}  // namespace
}  // namespace tandem::test
