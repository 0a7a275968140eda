#include <mutex>

#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/sync/rlock.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::Lock;
using sync::RLock;

template <class L>
void visit(L& lock, Place& place) {
  const std::scoped_lock hold{lock};
  place.visit();
}

template <class L>
class LockModels : public testing::Test {
 public:
  static constexpr bool is_lock = std::is_same_v<L, Lock>;
  // An RLock has an owner's word on top, and thus more places where threads may meet.
  static constexpr unsigned preemptions = is_lock ? 4 : 3;
  static std::string title(const char* what) { return std::string{what} + (is_lock ? ", Lock" : ", RLock"); }
};
using Locks = testing::Types<Lock, RLock>;
TYPED_TEST_SUITE(LockModels, Locks);

TYPED_TEST(LockModels, TwoTakeItTwice) {
  explore(this->title("two take it twice"), {.preemptions = TestFixture::preemptions + 1}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        visit(lock, place);
        visit(lock, place);
      });
    }
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TYPED_TEST(LockModels, ThreeTakeIt) {
  explore(this->title("three take it"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    for (const char* name : {"a", "b", "c"}) m.thread(name, [&] { visit(lock, place); });
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

// Once a millisecond has passed, a release hands the lock over, and those who come along go away empty-handed.
TYPED_TEST(LockModels, IsHandedOverToOneWhoWaitedTooLong) {
  explore(this->title("handed over"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    for (const char* name : {"a", "b"}) m.thread(name, [&] { visit(lock, place); });
    m.thread("c", [&] {
      if (!lock.acquire(false)) return;
      place.visit();
      lock.release();
    });
    m.may_pass(2ms);
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TYPED_TEST(LockModels, WhoGivesUpStealsNoTurn) {
  explore(this->title("give-ups steal no turn"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    m.thread("holder", [&] { visit(lock, place); });
    m.thread("patient", [&] { visit(lock, place); });
    m.thread("hurried", [&] {
      const Stopwatch watch;
      if (!lock.acquire(5ms)) {
        EXPECT_GE(watch.passed(), 5ms) << "gave up before its time";
        return;
      }
      place.visit();
      lock.release();
    });
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TYPED_TEST(LockModels, CtrlCEndsTheWaitOrNothing) {
  explore(this->title("Ctrl-C"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    m.interrupted_thread("main", [&] {
      const Ending ending = ending_of([&] { return lock.acquire(); });
      EXPECT_NE(ending, Ending::no) << "neither taken nor interrupted";
      if (ending != Ending::yes) return;
      place.visit();
      lock.release();
    });
    for (const char* name : {"a", "b"}) m.thread(name, [&] { visit(lock, place); });
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TYPED_TEST(LockModels, ARequestToStopEndsTheWait) {
  explore(this->title("stop"), {.preemptions = 3}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    auto& source = m.make<std::stop_source>();
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        if (!lock.acquire(source.get_token())) {
          EXPECT_TRUE(source.stop_requested());
          return;
        }
        place.visit();
        lock.release();
      });
    }
    m.thread("stopper", [&] {
      const std::scoped_lock hold{lock};
      m.request_stop(source);
      place.visit();
    });
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TYPED_TEST(LockModels, TimeOutRequestAndCtrlCMeet) {
  explore(this->title("time-out, stop and Ctrl-C"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& lock = m.make<TypeParam>();
    auto& place = m.make<Place>();
    std::stop_source source;
    m.interrupted_thread("main", [&, source] {
      if (ending_of([&] { return lock.acquire(source.get_token(), 5ms); }) != Ending::yes) return;
      place.visit();
      lock.release();
    });
    m.thread("a", [&] { visit(lock, place); });
    m.may_request_stop(source);
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TEST(LockModels, OneMayReleaseWhatAnotherTook) {
  explore("a lock as a signal", {.preemptions = 6}, [](Model& m) {
    auto& lock = m.make<Lock>();
    auto& told = m.make<base::Atomic<int>>(0);
    lock.acquire();
    m.thread("waits", [&] {
      lock.acquire();
      EXPECT_EQ(told.load(), 1);
    });
    m.thread("tells", [&] {
      told.store(1);
      lock.release();
    });
    m.finally([&] { EXPECT_TRUE(lock.locked()); });
  });
}

TEST(LockModels, AGuardIsNotInterrupted) {
  explore("Guard and Ctrl-C", {.preemptions = 5}, [](Model& m) {
    auto& lock = m.make<Lock>();
    auto& place = m.make<Place>();
    auto body = [&] {
      const sync::Guard hold{lock};
      place.visit();
    };
    m.interrupted_thread("main", body);
    m.thread("a", body);
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TEST(RLockModels, IsFreeWhenReleasedAsOftenAsTaken) {
  explore("an RLock taken twice", {.preemptions = 5}, [](Model& m) {
    auto& lock = m.make<RLock>();
    auto& place = m.make<Place>();
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        lock.acquire();
        lock.acquire();
        place.enter();
        lock.release();
        EXPECT_TRUE(lock.is_owned());
        place.leave();
        lock.release();
        EXPECT_FALSE(lock.is_owned());
      });
    }
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

TEST(RLockModels, OnlyItsHolderMayReleaseIt) {
  explore("release of another's RLock", {.preemptions = 5}, [](Model& m) {
    auto& lock = m.make<RLock>();
    auto& place = m.make<Place>();
    m.thread("holder", [&] { visit(lock, place); });
    m.thread("stranger", [&] { EXPECT_THROW(lock.release(), std::logic_error); });
    m.finally([&] { EXPECT_FALSE(lock.locked()); });
  });
}

}  // namespace
}  // namespace tandem::interleaving
