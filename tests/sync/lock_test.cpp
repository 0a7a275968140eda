#include "tandem/sync/lock.hpp"

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/event.hpp"
#include "tandem/sync/rlock.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::sync {
namespace {

using namespace std::chrono_literals;
using test::eventually;

static_assert(sizeof(LockWord<LocalFutex>) == 4);

std::string text_of(auto&& misuse) {
  try {
    misuse();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Lock, ReleasingAnUnlockedOneNamesItAndTheRule) {
  Lock lock{"accounts"};
  const std::string text = text_of([&] { lock.release(); });
  EXPECT_NE(text.find("'accounts'"), text.npos) << text;
  EXPECT_NE(text.find("acquire"), text.npos) << text;
  EXPECT_TRUE(lock.acquire(false)) << "the failed release must leave it usable";
  lock.release();
}

TEST(Lock, AnyThreadMayRelease) {
  Lock lock;
  lock.acquire();
  std::thread{[&] { lock.release(); }}.join();
  EXPECT_FALSE(lock.locked());
}

TEST(Lock, TimedAcquireGivesUpNotBeforeItsTime) {
  Lock lock;
  lock.acquire();
  const auto begin = Deadline::Clock::now();
  EXPECT_FALSE(lock.acquire(30ms));
  EXPECT_GE(Deadline::Clock::now() - begin, 30ms);
  EXPECT_FALSE(lock.try_lock_until(std::chrono::system_clock::now() + 1ms));
  EXPECT_FALSE(lock.try_lock_for(-1s));
  lock.release();
  EXPECT_TRUE(lock.acquire(0s));
  lock.release();
}

TEST(Lock, AWaiterThatGaveUpTakesNobodysTurn) {
  Lock lock;
  lock.acquire();
  std::thread gives_up{[&] { EXPECT_FALSE(lock.acquire(20ms)); }};
  gives_up.join();
  std::thread waits{[&] {
    EXPECT_TRUE(lock.acquire(20s));
    lock.release();
  }};
  ASSERT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
  lock.release();
  waits.join();
  EXPECT_FALSE(lock.locked());
}

// A thread that releases and retakes at once would win every race against a sleeper that has to wake up first. Hand-off after a
// millisecond bounds that: the sleepers below get their turns although the greedy one never pauses.
TEST(Lock, AGreedyThreadCannotStarveSleepers) {
  Lock lock;
  base::Atomic<bool> over{false};
  std::thread greedy{[&] {
    while (!over.load(std::memory_order_relaxed)) {
      const std::scoped_lock hold{lock};
      const auto since = Deadline::Clock::now();
      while (Deadline::Clock::now() - since < 50us) base::cpu_pause();
    }
  }};
  for (int turn = 0; turn < 20; ++turn) {
    EXPECT_TRUE(lock.acquire(10s));
    lock.release();
  }
  over.store(true);
  greedy.join();
}

TEST(Lock, AnOverdueSleeperIsHandedTheLock) {
  Lock lock;
  Event let_go;
  lock.acquire();
  std::thread sleeper{[&] {
    lock.acquire();
    let_go.wait();
    lock.release();
  }};
  ASSERT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
  const auto since = Deadline::Clock::now();
  while (Deadline::Clock::now() - since < 3ms) base::cpu_pause();
  lock.release();
  EXPECT_FALSE(lock.try_lock()) << "it must not be free for a moment, since then we could have it back";
  let_go.set();
  sleeper.join();
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

TEST(RLock, OnlyTheHolderReleasesAndAsOftenAsItTook) {
  RLock lock{"tree"};
  EXPECT_NE(text_of([&] { lock.release(); }).find("'tree'"), std::string::npos);
  lock.acquire();
  EXPECT_TRUE(lock.acquire(false));
  EXPECT_TRUE(lock.is_owned());
  std::thread{[&] {
    EXPECT_FALSE(lock.acquire(1ms));
    EXPECT_FALSE(lock.is_owned());
    EXPECT_THROW(lock.release(), std::logic_error);
  }}.join();
  lock.release();
  EXPECT_TRUE(lock.locked());
  lock.release();
  EXPECT_FALSE(lock.locked());
  EXPECT_THROW(lock.release(), std::logic_error);
}

TEST(RLock, AnotherActorOnTheSameThreadIsSomebodyElse) {
  RLock lock;
  lock.acquire();
  {
    const ActorScope greenlet{new_actor()};
    EXPECT_FALSE(lock.acquire(false));
  }
  lock.release();
}

}  // namespace
}  // namespace tandem::sync
