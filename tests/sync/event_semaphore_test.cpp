#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/event.hpp"
#include "tandem/sync/semaphore.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::sync {
namespace {

using namespace std::chrono_literals;
using test::eventually;

TEST(Event, IsAFlagToWaitFor) {
  Event event;
  EXPECT_FALSE(event.is_set());
  const auto begin = Deadline::Clock::now();
  EXPECT_FALSE(event.wait(20ms));
  EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
  event.set();
  event.set();
  EXPECT_TRUE(event.is_set());
  EXPECT_TRUE(event.wait(0s));
  event.clear();
  EXPECT_FALSE(event.wait(0s));
}

TEST(Event, SetThenClearFreesEverybodyWhoWaited) {
  Event event;
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> waiters;
    for (int i = 0; i < 4; ++i) waiters.emplace_back([&] { EXPECT_TRUE(event.wait(20s)); });
    ASSERT_TRUE(eventually([] { return LocalFutex::parked() == 4; }));
    event.set();
    event.clear();
    for (std::thread& waiter : waiters) waiter.join();
  }
}

TEST(Event, MayBeDestroyedByTheOneItReleased) {
  for (int round = 0; round < 200; ++round) {
    auto event = std::make_unique<Event>();
    std::thread setter{[raw = event.get()] { raw->set(); }};
    EXPECT_TRUE(event->wait());
    event.reset();  // set() may not have returned yet; under a sanitizer a touch would show
    setter.join();
  }
}

TEST(Semaphore, CountsPermits) {
  Semaphore rooms{2};
  EXPECT_TRUE(rooms.acquire());
  EXPECT_TRUE(rooms.acquire(false));
  EXPECT_FALSE(rooms.acquire(false));
  const auto begin = Deadline::Clock::now();
  EXPECT_FALSE(rooms.acquire(20ms));
  EXPECT_GE(Deadline::Clock::now() - begin, 20ms);
  rooms.release(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rooms.try_lock());
  EXPECT_FALSE(rooms.try_lock());
}

TEST(Semaphore, RefusesNonsense) {
  EXPECT_THROW(Semaphore{-1}, std::invalid_argument);
  Semaphore semaphore{0};
  EXPECT_THROW(semaphore.release(0), std::invalid_argument);
  EXPECT_THROW(semaphore.release(-1), std::invalid_argument);
  semaphore.release(std::numeric_limits<int>::max());
  EXPECT_THROW(semaphore.release(), std::overflow_error);
  EXPECT_TRUE(semaphore.acquire(false)) << "the refused release must have changed nothing";
}

TEST(Semaphore, ReleasingNFreesNWaiters) {
  Semaphore semaphore{0};
  base::Atomic<int> through{0};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 5; ++i) {
    waiters.emplace_back([&] {
      EXPECT_TRUE(semaphore.acquire(20s));
      through.fetch_add(1);
    });
  }
  ASSERT_TRUE(eventually([] { return LocalFutex::parked() == 5; }));
  semaphore.release(3);
  ASSERT_TRUE(eventually([&] { return through.load() == 3; }));
  EXPECT_EQ(LocalFutex::parked(), 2U);
  semaphore.release(2);
  for (std::thread& waiter : waiters) waiter.join();
  EXPECT_FALSE(semaphore.try_lock());
}

TEST(Semaphore, LimitsHowManyAreInside) {
  Semaphore rooms{3};
  base::Atomic<int> inside{0};
  base::Atomic<int> most{0};
  std::vector<std::thread> guests;
  for (int i = 0; i < 8; ++i) {
    guests.emplace_back([&] {
      for (int visit = 0; visit < 2000; ++visit) {
        const std::scoped_lock room{rooms};
        const int now = inside.fetch_add(1) + 1;
        for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        inside.fetch_sub(1);
      }
    });
  }
  for (std::thread& guest : guests) guest.join();
  EXPECT_LE(most.load(), 3);
  EXPECT_EQ(inside.load(), 0);
}

}  // namespace
}  // namespace tandem::sync
