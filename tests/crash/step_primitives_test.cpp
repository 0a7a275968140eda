// The user of a lock, semaphore, event, condition, barrier or value is killed at each single instruction of what it does.

#include <array>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tandem/multiprocessing/value.hpp"
#include "tests/crash/stepping_fixture.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

/// What a lock guards: equal to each other whenever nobody holds it.
struct Guarded {
  base::Atomic<std::uint64_t> one, other;
  Flag is_inside;  // surely: raised after the lock was taken, lowered before it is released

  void change() {
    raise(is_inside);
    one.fetch_add(1);
    other.fetch_add(1);
    is_inside.store(0);
  }
};

template <class L>
class LockSteps : public SteppingTest {
 protected:
  /// The next one to take the lock gets it, and is told if what it guards may be half-written.
  void expect_well(bool died) {
    const bool died_inside = guarded_->is_inside.load() != 0;
    ASSERT_TRUE(lock_.acquire(patience)) << "it is held by nobody";
    if (died_inside) {
      EXPECT_TRUE(died && lock_.recovered());
    }
    if (lock_.recovered()) {
      EXPECT_TRUE(died);
    } else {
      EXPECT_EQ(guarded_->one.load(), guarded_->other.load()) << "half-written, and nobody says so";
    }
    guarded_->other = guarded_->one.load();
    guarded_->is_inside = 0;
    lock_.release();
    ASSERT_TRUE(lock_.acquire(Deadline::passed()));
    EXPECT_FALSE(lock_.recovered()) << "for once only";
    lock_.release();
    EXPECT_FALSE(lock_.locked());
  }

  L lock_;
  Common<Guarded> guarded_;
};
using Locks = ::testing::Types<mp::Lock, mp::RLock>;
TYPED_TEST_SUITE(LockSteps, Locks);

TYPED_TEST(LockSteps, AcquireAndRelease) {
  const auto operation = [&] {
    const std::scoped_lock hold{this->lock_};
    this->guarded_->change();
  };
  this->at_each_instruction([] {}, operation, [&](bool died) { this->expect_well(died); });
}

TYPED_TEST(LockSteps, ReleaseThatSomebodySleepsFor) {
  std::optional<Child> waiter;
  const Common<Flag> begin;
  const auto before = [&] {
    begin->store(0);
    // Falls asleep once the child has the lock, and is to be woken by the child's release.
    waiter.emplace([&] {
      while (begin->load() == 0) base::cpu_pause();
      if (!this->lock_.acquire(patience)) return 1;
      if (!this->lock_.recovered() && this->guarded_->one.load() != this->guarded_->other.load()) return 2;
      this->guarded_->other = this->guarded_->one.load();
      this->lock_.release();
      return 0;
    });
  };
  const Operation release{.run = [&] { this->lock_.release(); },
                          .prepare =
                              [&] {
                                this->lock_.acquire();
                                raise(*begin);
                              },
                          .once_prepared = [&] { ASSERT_TRUE(waiter->asleep()); }};
  const auto after = [&](bool died) {
    EXPECT_EQ(waiter->wait(), 0) << "it does not get the lock, or not in order";
    this->expect_well(died);
  };
  this->at_each_instruction_of_waking(before, release, after);
}

TEST_F(SteppingTest, RLockInLevels) {
  mp::RLock lock;
  const auto operation = [&] {
    const std::scoped_lock outer{lock};
    const std::scoped_lock inner{lock};
  };
  at_each_instruction([] {}, operation,
                      [&](bool died) {
                        ASSERT_TRUE(lock.acquire(patience));
                        EXPECT_TRUE(died || !lock.recovered());
                        lock.release();
                        EXPECT_FALSE(lock.locked()) << "what the dead had taken several times is taken once";
                      });
}

TEST_F(SteppingTest, HoldOfASemaphore) {
  mp::BoundedSemaphore rooms{1};
  const auto operation = [&] { const mp::Permit room = rooms.hold(); };
  at_each_instruction([] {}, operation,
                      [&](bool) {
                        {
                          const mp::Permit room = rooms.hold(patience);
                          EXPECT_TRUE(room) << "the permit is lost";
                          EXPECT_FALSE(rooms.hold(Deadline::passed())) << "a permit was made";
                        }
                        EXPECT_EQ(rooms.value(), 1);
                      });
}

TEST_F(SteppingTest, ReleaseOfASemaphoreThatSomebodySleepsFor) {
  mp::Semaphore rooms{0};
  std::optional<Child> waiter;
  const auto before = [&] {
    waiter.emplace([&] { return rooms.acquire(patience) ? 0 : 1; });
    ASSERT_TRUE(waiter->asleep());
  };
  const Common<Flag> done;
  const Operation release{[&] {
    rooms.release();
    raise(*done);
  }};
  const auto after = [&](bool) {
    // Nobody can see whether a release without an owner has happened; a second one is certain to wake the waiter, if not the first.
    if (done->exchange(0) == 0) rooms.release();
    EXPECT_EQ(waiter->wait(), 0);
    while (rooms.acquire(Deadline::passed())) {
    }
  };
  at_each_instruction_of_waking(before, release, after);
}

TEST_F(SteppingTest, SetOfAnEvent) {
  mp::Event event;
  std::vector<Child> waiters;
  const auto before = [&] {
    event.clear();
    waiters.clear();
    for (int i = 0; i < 2; ++i) waiters.emplace_back([&] { return event.wait(patience) ? 0 : 1; });
    for (const Child& waiter : waiters) ASSERT_TRUE(waiter.asleep());
  };
  const auto after = [&](bool died) {
    if (!event.is_set()) {
      EXPECT_TRUE(died);
      event.set();
    }
    for (Child& waiter : waiters) EXPECT_EQ(waiter.wait(), 0) << "the flag is up, and it sleeps";
  };
  at_each_instruction_of_waking(before, {[&] { event.set(); }}, after);
}

TEST_F(SteppingTest, NotifyOfACondition) {
  mp::Condition condition;
  std::optional<Child> waiter;
  const Common<Flag> ready;
  const auto before = [&] {
    ready->store(0);
    waiter.emplace([&] {
      const std::scoped_lock hold{condition};
      return condition.wait_for([&] { return ready->load() != 0; }, patience) ? 0 : 1;
    });
    ASSERT_TRUE(waiter->asleep());
  };
  const Operation notify{[&] {
    const std::scoped_lock hold{condition};
    raise(*ready);
    condition.notify();
  }};
  const auto after = [&](bool died) {
    {
      const std::scoped_lock hold{condition};
      // Whoever takes the lock over does what a dead holder may have left undone.
      if (condition.recovered() || ready->load() == 0) {
        EXPECT_TRUE(died);
        raise(*ready);
        condition.notify_all();
      }
    }
    EXPECT_EQ(waiter->wait(), 0) << "it was not woken, though it was notified";
  };
  at_each_instruction_of_waking(before, notify, after);
}

TEST_F(SteppingTest, WaitForACondition) {
  mp::Condition condition;
  std::optional<Child> survivor;
  const Common<Flag> ready;
  const auto operation = [&] {
    const std::scoped_lock hold{condition};
    condition.wait(Deadline::passed());
  };
  const auto after = [&](bool) {
    ready->store(0);
    survivor.emplace([&] {
      const std::scoped_lock hold{condition};
      return condition.wait_for([&] { return ready->load() != 0; }, patience) ? 0 : 1;
    });
    ASSERT_TRUE(survivor->asleep());
    {
      const std::scoped_lock hold{condition};
      raise(*ready);
      condition.notify();
    }
    EXPECT_EQ(survivor->wait(), 0) << "the notification went to the dead";
  };
  at_each_instruction([] {}, operation, after);
}

class BarrierSteps : public SteppingTest {
 protected:
  /// The last party to come is killed on its way.
  void step_last_party(mp::Barrier barrier) {
    std::optional<Child> first;
    const auto wait = [&barrier] {
      try {
        barrier.wait(patience);
        return 0;
      } catch (const mp::BrokenBarrierError&) {
        return 3;
      }
    };
    const auto before = [&] {
      first.emplace(wait);
      ASSERT_TRUE(first->asleep());
    };
    const auto after = [&](bool died) {
      barrier.abort();  // no other party comes; those who have passed have passed
      const int how = first->wait();
      EXPECT_TRUE(how == 0 || (died && how == 3)) << "it ended with " << how;
      barrier.reset();
      EXPECT_EQ(barrier.n_waiting(), 0);
      Child again{wait};
      EXPECT_EQ(wait(), 0) << "the barrier is of no use any more";
      EXPECT_EQ(again.wait(), 0);
    };
    at_each_instruction_of_waking(before, {[&] { barrier.wait(patience); }}, after);
  }
};

TEST_F(BarrierSteps, LastParty) { step_last_party(mp::Barrier{2}); }

TEST_F(BarrierSteps, LastPartyWithAnAction) {
  step_last_party(mp::Barrier{2, [] {}});
}

template <std::size_t Size>
struct Numbers {
  std::array<std::uint64_t, Size> all{};
  bool whole() const {
    return std::ranges::all_of(all, [this](std::uint64_t n) { return n == all[0]; });
  }
};

template <class T>
class ValueSteps : public SteppingTest {};
using Sizes = ::testing::Types<Numbers<1>, Numbers<4>, Numbers<30>>;  // the last in memory of its own
TYPED_TEST_SUITE(ValueSteps, Sizes);

TYPED_TEST(ValueSteps, Update) {
  mp::Value<TypeParam> value;
  std::uint64_t before = 0;
  const auto next = [](TypeParam& it) {
    for (std::uint64_t& number : it.all) ++number;
  };
  const auto after = [&](bool died) {
    const TypeParam now = value.value();
    EXPECT_TRUE(now.whole()) << "old and new are mixed";
    EXPECT_TRUE(now.all[0] == before + 1 || (died && now.all[0] == before));
    value.update(next);
    before = now.all[0] + 1;
    EXPECT_EQ(value.value().all[0], before);
  };
  this->at_each_instruction([] {}, [&] { value.update(next); }, after);
}

}  // namespace
}  // namespace tandem::test
