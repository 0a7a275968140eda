#include "tandem/threading/acquire_in_order.hpp"

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::threading {
namespace {

TEST(AcquireInOrder, HoldsAllOfAnyKind) {
  Lock lock;
  RLock rlock;
  std::mutex mutex;
  {
    const auto hold = acquire_in_order(rlock, lock, mutex);
    EXPECT_TRUE(lock.locked());
    EXPECT_TRUE(rlock.is_owned());
    EXPECT_FALSE(std::unique_lock(mutex, std::try_to_lock).owns_lock());
  }
  EXPECT_FALSE(lock.locked());
  EXPECT_FALSE(rlock.locked());
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

/// Tells when it is taken and given back; the one that is told to refuses.
struct Telling {
  std::string& log;
  char name;
  bool refuses = false;
  void lock() {
    if (refuses) throw std::runtime_error{"refused"};
    log += name;
  }
  void unlock() { log += static_cast<char>(name - 'a' + 'A'); }
};

TEST(AcquireInOrder, TakesThemByAddressWhicheverIsNamedFirst) {
  std::string log;
  Telling locks[]{{log, 'a'}, {log, 'b'}, {log, 'c'}};
  { const auto hold = acquire_in_order(locks[2], locks[0], locks[1]); }
  { const auto hold = acquire_in_order(locks[1], locks[2]); }
  EXPECT_EQ(log, "abcCBAbcCB");
}

TEST(AcquireInOrder, GivesBackWhatItHasWhenOneThrows) {
  std::string log;
  Telling locks[]{{log, 'a'}, {log, 'b'}, {log, 'c', true}};
  EXPECT_THROW(static_cast<void>(acquire_in_order(locks[2], locks[1], locks[0])), std::runtime_error);
  EXPECT_EQ(log, "abBA");
}

TEST(AcquireInOrder, RefusesTheSameOneTwice) {
  Lock lock;
  Lock other;
  try {
    const auto hold = acquire_in_order(lock, other, lock);
    ADD_FAILURE() << "it would wait for itself";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string{error.what()}.find("the same lock twice"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(lock.locked());
  EXPECT_FALSE(other.locked());
}

TEST(AcquireInOrder, ACircleOfPhilosophersGetsOn) {
  constexpr int seats = 5;
  Lock forks[seats];
  int meals = 0;  // guarded by all of them in turn, so each eats under a lock of its own too
  Lock counting;
  {
    std::vector<Thread> philosophers;
    for (int seat = 0; seat < seats; ++seat) {
      philosophers.push_back(Thread::started([&, seat] {
        for (int i = 0; i < 500; ++i) {
          const auto both = acquire_in_order(forks[seat], forks[(seat + 1) % seats]);
          const std::scoped_lock hold{counting};
          ++meals;
        }
      }));
    }
    for (Thread& each : philosophers) each.join();
  }
  EXPECT_EQ(meals, seats * 500);
}

}  // namespace
}  // namespace tandem::threading
