#include "tandem/platform/futex.hpp"
#include "tandem/platform/process_id.hpp"
#include "tandem/sync/robust_lock_word.hpp"
#include "tests/interleaving/models/processes.hpp"

// The lock between processes, each of which may be killed at any step: see mortal_thread().
namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::RobustLockWord;

/// What a lock guards, written in two steps.
struct Guarded {
  /// By its holder.
  void change(const RobustLockWord& lock) {
    PlaceOfMortals::Visit visit{place};
    EXPECT_TRUE(!torn.load() || lock.recovered()) << "it is half-written, and its holder does not know";
    torn.store(true);
    torn.store(false);
  }
  PlaceOfMortals place;
  base::Atomic<bool> torn{false};
};

TEST(RobustLockModels, LetsInOneAndForgetsNobody) {
  explore("robust lock", {.preemptions = 3}, [](Model& m) {
    auto& lock = m.make<RobustLockWord>();
    auto& guarded = m.make<Guarded>();
    for (const char* name : {"a", "b", "c"}) {
      m.thread(name, [&] {
        lock.hold();
        guarded.change(lock);
        EXPECT_TRUE(lock.release());
      });
    }
    m.finally([&] {
      EXPECT_FALSE(lock.is_locked());
      EXPECT_EQ(m.naps_for_nothing(), 0U) << "a wake was lost";
    });
  });
}

TEST(RobustLockModels, IsTakenFromOneThatIsKilledAtAnyStep) {
  explore("one of two is killed", {.preemptions = 4}, [](Model& m) {
    auto& lock = m.make<RobustLockWord>();
    auto& guarded = m.make<Guarded>();
    const auto change = [&] {
      lock.hold();
      guarded.change(lock);
      EXPECT_TRUE(lock.release());
    };
    m.mortal_thread("mortal", change);
    m.thread("survivor", change);
    m.finally([&] { EXPECT_TRUE(lock.acquire(Deadline::passed())) << "it is nobody's, or a dead one's"; });
  });
}

TEST(RobustLockModels, IsTakenFromTheDeadByOneOfThoseWhoWait) {
  explore("two of three are killed", {.preemptions = 3}, [](Model& m) {
    auto& lock = m.make<RobustLockWord>();
    auto& guarded = m.make<Guarded>();
    const auto change = [&] {
      lock.hold();
      guarded.change(lock);
      EXPECT_TRUE(lock.release());
    };
    m.mortal_thread("mortal", change);
    m.mortal_thread("heir, mortal too", change);
    m.thread("survivor", change);
    m.finally([&] { EXPECT_TRUE(lock.acquire(Deadline::passed())); });
  });
}

TEST(RobustLockModels, WhoGivesUpTakesItFromNobodyAlive) {
  explore("a try against a holder", {.preemptions = 4}, [](Model& m) {
    auto& lock = m.make<RobustLockWord>();
    auto& guarded = m.make<Guarded>();
    m.mortal_thread("holder", [&] {
      lock.hold();
      guarded.change(lock);
      EXPECT_TRUE(lock.release());
    });
    m.thread("hurried", [&] {
      if (!lock.acquire(1ms)) return;
      guarded.change(lock);
      EXPECT_TRUE(lock.release());
    });
    m.finally([&] { EXPECT_TRUE(lock.acquire(Deadline::passed())); });
  });
}

/// Takes the silence of a whole nap for the holder's death.
struct GuessesByTheTime {
  void hold() {
    for (std::uint32_t free = 0; !word.compare_exchange_strong(free, 1); free = 0) {
      if (platform::shared_futex_wait(word, 1, 100ms) == platform::FutexWait::timed_out) return;
    }
  }
  void release() {
    word.store(0);
    platform::shared_futex_wake(word, 1);
  }
  sync::Word word{0};
};

TEST(PlantedProcessBugs, AHolderThatIsOnlySlowIsRobbed) {
  const Outcome outcome = search("a lock that guesses by the time", {}, [](Model& m) {
    auto& lock = m.make<GuessesByTheTime>();
    auto& place = m.make<PlaceOfMortals>();
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        lock.hold();
        { const PlaceOfMortals::Visit visit{place}; }
        lock.release();
      });
    }
  });
  EXPECT_TRUE(outcome.failed);
  EXPECT_EQ(outcome.preemptions, 2U) << outcome.report;  // who is inside is interrupted, and the other's nap ends
  EXPECT_NE(outcome.report.find("beside one that lives"), std::string::npos) << outcome.report;
}

/// Notes whose it is when it has it already.
struct NotesItsHolderAfterwards {
  void hold() {
    for (std::uint32_t free = 0; !word.compare_exchange_strong(free, 1); free = 0) {
      const std::uint32_t of = holder.load();
      if (of != 0 && platform::has_ended({.pid = of, .birth = 1})) break;
      static_cast<void>(platform::shared_futex_wait(word, 1, 100ms));
    }
    holder.store(platform::this_process().pid);
  }
  void release() {
    holder.store(0);
    word.store(0);
    platform::shared_futex_wake(word, 1);
  }
  sync::Word word{0}, holder{0};
};

TEST(PlantedProcessBugs, ADeathBetweenTakingAndNotingLosesTheLock) {
  const Outcome outcome = search("a lock that notes its holder afterwards", {}, [](Model& m) {
    auto& lock = m.make<NotesItsHolderAfterwards>();
    const auto visit = [&] {
      lock.hold();
      lock.release();
    };
    m.mortal_thread("mortal", visit);
    m.thread("survivor", visit);
  });
  EXPECT_TRUE(outcome.failed);
  EXPECT_EQ(outcome.preemptions, 1U) << outcome.report;  // the death
  EXPECT_NE(outcome.report.find("livelock"), std::string::npos) << "it naps for ever: " << outcome.report;
}

}  // namespace
}  // namespace tandem::interleaving
