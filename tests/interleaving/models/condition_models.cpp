#include <algorithm>
#include <mutex>

#include "tandem/sync/condition.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::Condition;
using sync::Lock;
using sync::RLock;

template <class L>
class ConditionModels : public testing::Test {
 public:
  static constexpr bool is_lock = std::is_same_v<L, Lock>;
  static constexpr unsigned preemptions = is_lock ? 3 : 2;
  static std::string title(const char* what) { return std::string{what} + (is_lock ? ", over a Lock" : ", over an RLock"); }
};
using Locks = testing::Types<Lock, RLock>;
TYPED_TEST_SUITE(ConditionModels, Locks);

/// A condition with its lock, and who waits there: a number for each, in the order in which they came. Guarded by the lock.
template <class L>
struct Room {
  L lock;
  Condition condition{lock};
  std::vector<int> waiting;
  std::vector<int> chosen;  // who waited first when somebody was notified, in that order
  std::vector<int> told;

  /// Waits as number `who`; notes whether it was notified.
  template <class Wait>
  void wait(int who, Wait wait_here) {
    std::unique_lock hold{lock, std::defer_lock};
    {
      const sync::Uninterruptible until_it_waits;
      hold.lock();
    }
    waiting.push_back(who);
    const Ending ending = ending_of([&] { return wait_here(condition); });
    std::erase(waiting, who);
    if (ending == Ending::yes) told.push_back(who);
  }
  void notify(std::size_t n) {
    const std::scoped_lock hold{lock};
    for (; n > 0 && !waiting.empty(); --n) {
      chosen.push_back(waiting.front());
      waiting.erase(waiting.begin());
    }
    condition.notify(chosen.size());
  }
  /// Whoever was notified says so, and nobody else does.
  void expect_told_are_chosen() {
    std::ranges::sort(told);
    std::ranges::sort(chosen);
    EXPECT_EQ(told, chosen);
    EXPECT_FALSE(lock.locked());
  }
};

// Exactly n, first come first served, nobody for no reason, and a notification is not lost to a time-out at the same moment.
TYPED_TEST(ConditionModels, NotifiesTheFirstWhoWait) {
  explore(this->title("notify(1) and time-outs"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& room = m.make<Room<TypeParam>>();
    for (const int who : {1, 2}) {
      m.thread(who == 1 ? "a" : "b", [&, who] {
        room.wait(who, [](Condition& here) {
          const Stopwatch watch;
          const bool notified = here.wait(5ms);
          EXPECT_TRUE(notified || watch.passed() >= 5ms);
          return notified;
        });
      });
    }
    m.thread("notifies", [&] { room.notify(1); });
    m.finally([&] { room.expect_told_are_chosen(); });
  });
}

TYPED_TEST(ConditionModels, NotifyOfTwoTellsTwo) {
  explore(this->title("notify(2)"), {.preemptions = 2}, [](Model& m) {
    auto& room = m.make<Room<TypeParam>>();
    for (const int who : {1, 2}) {
      m.thread(who == 1 ? "a" : "b", [&, who] { room.wait(who, [](Condition& here) { return here.wait(5ms); }); });
    }
    m.thread("notifies", [&] { room.notify(2); });
    m.finally([&] { room.expect_told_are_chosen(); });
  });
}

TYPED_TEST(ConditionModels, CtrlCAndNotifyMeet) {
  explore(this->title("Ctrl-C and notify"), {.preemptions = 2}, [](Model& m) {
    auto& room = m.make<Room<TypeParam>>();
    const auto wait_here = [](Condition& here) { return here.wait(5ms); };
    m.interrupted_thread("main", [&room, wait_here] { room.wait(1, wait_here); });
    m.thread("a", [&room, wait_here] { room.wait(2, wait_here); });
    m.thread("notifies", [&] { room.notify(1); });
    m.finally([&] { room.expect_told_are_chosen(); });
  });
}

TYPED_TEST(ConditionModels, ARequestToStopAndNotifyMeet) {
  explore(this->title("stop and notify"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& room = m.make<Room<TypeParam>>();
    std::stop_source source;
    for (const int who : {1, 2}) {
      m.thread(who == 1 ? "a" : "b", [&, who, source] {
        room.wait(who, [source](Condition& here) {
          const bool notified = here.wait(source.get_token());
          EXPECT_TRUE(notified || source.stop_requested());
          return notified;
        });
      });
    }
    m.thread("notifies, then stops", [&, source]() mutable {
      room.notify(1);
      m.request_stop(source);
    });
    m.finally([&] { room.expect_told_are_chosen(); });
  });
}

TYPED_TEST(ConditionModels, NotifyAllFreesAll) {
  explore(this->title("notify_all"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& room = m.make<Room<TypeParam>>();
    auto& ready = m.make<bool>(false);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        const std::scoped_lock hold{room.lock};
        EXPECT_TRUE(room.condition.wait_for([&] { return ready; }));
      });
    }
    m.thread("notifies", [&] {
      const std::scoped_lock hold{room.lock};
      ready = true;
      room.condition.notify_all();
    });
    m.finally([&] { EXPECT_FALSE(room.lock.locked()); });
  });
}

// Each takes one, and each notify is for one: none is taken along by who does not need it.
TYPED_TEST(ConditionModels, OneNotifyForEachItem) {
  explore(this->title("an item each"), {.preemptions = TestFixture::preemptions}, [](Model& m) {
    auto& room = m.make<Room<TypeParam>>();
    auto& items = m.make<int>(0);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        const std::scoped_lock hold{room.lock};
        EXPECT_TRUE(room.condition.wait_for([&] { return items > 0; }));
        --items;
      });
    }
    m.thread("brings two", [&] {
      for (int i = 0; i < 2; ++i) {
        const std::scoped_lock hold{room.lock};
        ++items;
        room.condition.notify();
      }
    });
    m.finally([&] { EXPECT_EQ(items, 0); });
  });
}

TEST(ConditionModels, GivesANestedRLockUpWholly) {
  explore("a nested RLock", {.preemptions = 4}, [](Model& m) {
    auto& condition = m.make<Condition>();
    auto& ready = m.make<bool>(false);
    m.thread("waits", [&] {
      const std::scoped_lock outer{condition};
      {
        const std::scoped_lock inner{condition};
        EXPECT_TRUE(condition.wait_for([&] { return ready; }));
      }
      condition.notify();  // still held
    });
    m.thread("tells", [&] {
      const std::scoped_lock hold{condition};
      ready = true;
      condition.notify();
    });
  });
}

}  // namespace
}  // namespace tandem::interleaving
