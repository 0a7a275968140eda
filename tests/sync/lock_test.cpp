// What is inside a lock: how big it is, whom a release prefers, who its holder is. The rest is in tests/conformance.

#include "tandem/sync/lock.hpp"

#include <chrono>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/sync/event.hpp"
#include "tandem/sync/rlock.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::sync {
namespace {

using namespace std::chrono_literals;
using test::eventually;

static_assert(sizeof(LockWord<LocalFutex>) == 4);

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
