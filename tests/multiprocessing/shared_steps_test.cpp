// No instruction of the shared primitives is unsafe to die at: each operation is killed at every one of them, and whoever is left
// goes on.

#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tests/multiprocessing/forked_child.hpp"
#include "tests/multiprocessing/shared_contents.hpp"
#include "tests/support/stepping.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

/// Kills the operation wherever it matters, see kill_everywhere(), and calls `survive` each time.
void kill_in(
    const Operation& operation, const std::function<void()>& survive, const std::function<void()>& before = [] {}) {
  kill_everywhere(
      {.before = before, .operation = operation, .after = [&](bool /*died*/) { survive(); }, .watch = watch_shared_contents});
}

template <class L>
class Steps : public ::testing::Test {};
using Locks = ::testing::Types<mp::Lock, mp::RLock>;
TYPED_TEST_SUITE(Steps, Locks);

TYPED_TEST(Steps, OfAcquireAndRelease) {
  TypeParam lock;
  kill_in({[&] {
            lock.acquire();
            lock.release();
          }},
          [&] {
            ASSERT_TRUE(lock.acquire(soon));
            lock.release();
            ASSERT_TRUE(lock.acquire(false));
            ASSERT_FALSE(lock.recovered());
            lock.release();
          });
}

void expect_permits(mp::Semaphore& semaphore, int n) {
  std::vector<mp::Permit> all;
  while (mp::Permit permit = semaphore.hold(Deadline::passed())) all.push_back(std::move(permit));
  ASSERT_EQ(all.size(), static_cast<std::size_t>(n));
}

TEST(SharedSteps, OfHold) {
  mp::Semaphore rooms{2};
  kill_in({[&] { const mp::Permit room = rooms.hold(); }}, [&] { expect_permits(rooms, 2); });
}

// Who looks after the dead may die of it.
TEST(SharedSteps, OfInheriting) {
  mp::Semaphore rooms{1};
  const auto leave_a_dead_holder = [&] {
    Child child{[&] {
      const mp::Permit room = rooms.hold();
      platform::exit_now(0);
      return 1;
    }};
    child.wait();
  };
  kill_in(
      {[&] { const mp::Permit room = rooms.hold(Deadline::passed()); }}, [&] { expect_permits(rooms, 1); }, leave_a_dead_holder);
}

TEST(SharedSteps, OfConditionWait) {
  mp::Condition condition;
  kill_in({[&] {
            const std::scoped_lock hold{condition};
            condition.wait(50us);
          }},
          [&] {
            ASSERT_TRUE(condition.acquire(soon));
            ASSERT_FALSE(condition.wait(10us));
            condition.notify();
            condition.release();
          });
}

TEST(SharedSteps, OfConditionNotify) {
  mp::Condition condition;
  const Common<Flag> woken;
  const Child waiter{[&] {
    const std::scoped_lock hold{condition};
    for (;;) {
      condition.wait();
      ++*woken;
    }
    return 0;
  }};
  const auto notify = [&] {
    const std::scoped_lock hold{condition};
    condition.notify();
  };
  kill_in({notify}, [&] {
    const std::uint32_t before = woken->load();
    ASSERT_TRUE(eventually(
        [&] {
          if (!condition.acquire(soon)) return false;
          condition.notify();
          condition.release();
          return woken->load() > before;
        },
        20s));
  });
}

TEST(SharedSteps, OfBarrierWait) {
  mp::Barrier barrier{2};
  const auto give_up = [&] {
    EXPECT_THROW(barrier.wait(50us), mp::BrokenBarrierError);
    barrier.reset();
  };
  kill_in({give_up}, [&] {
    barrier.reset();
    ASSERT_EQ(barrier.n_waiting(), 0);
    ASSERT_FALSE(barrier.broken());
  });
}

int acts = 0;
void act() { ++acts; }

TEST(SharedSteps, OfTheLastAtABarrier) {
  mp::Barrier barrier{2, act};
  const Common<Flag> came_back;
  const Child other{[&] {
    for (;;) {
      try {
        barrier.wait();
      } catch (const mp::BrokenBarrierError&) {
        if (barrier.broken()) barrier.reset();
      }
      ++*came_back;
    }
    return 0;
  }};
  const auto meet = [&] {
    for (bool met = false; !met;) {
      try {
        barrier.wait(20s);
        met = true;
      } catch (const mp::BrokenBarrierError&) {
        if (barrier.broken()) barrier.reset();
      }
    }
  };
  kill_in({.run = meet, .once_prepared = [&] { ASSERT_TRUE(eventually([&] { return barrier.n_waiting() != 0; })); }}, [&] {
    const std::uint32_t before = came_back->load();
    const Deadline limit = soon;
    while (came_back->load() == before) {
      ASSERT_FALSE(limit.expired());
      try {
        barrier.wait(200ms);
      } catch (const mp::BrokenBarrierError&) {
        if (barrier.broken()) barrier.reset();
      }
    }
  });
}

TEST(SharedSteps, OfSettingAnEvent) {
  mp::Event event;
  const Common<Flag> freed;
  const Child waiter{[&] {
    for (;;) {
      event.wait();
      event.clear();
      ++*freed;
    }
    return 0;
  }};
  kill_in({[&] { event.set(); }}, [&] {
    const std::uint32_t before = freed->load();
    ASSERT_TRUE(eventually([&] {
      event.set();
      return freed->load() > before;
    }));
  });
}

}  // namespace
}  // namespace tandem::test
