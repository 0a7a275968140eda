#include <array>
#include <mutex>

#include "tandem/base/intrusive_list.hpp"
#include "tandem/platform/futex.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"
#include "tests/interleaving/models/support.hpp"

// The checker's own test: mistakes that others have made, each of which it must find, and with no more preemptions than it takes.
namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::LocalFutex;
using sync::Park;
using sync::Word;

void expect_found(const Outcome& outcome, unsigned preemptions, const std::string& what) {
  EXPECT_TRUE(outcome.failed) << "not found in " << outcome.schedules << " schedules";
  EXPECT_EQ(outcome.preemptions, preemptions) << outcome.report;
  EXPECT_NE(outcome.report.find(what), std::string::npos) << "'" << what << "' is not in\n" << outcome.report;
  EXPECT_NE(outcome.report.find("TANDEM_SCHEDULE='"), std::string::npos) << outcome.report;
}

void sleep_while(const Word& word, std::uint32_t expected) { LocalFutex::park(Park{&word, expected, Deadline::never()}); }

template <class L>
void two_take(Model& m) {
  auto& lock = m.make<L>();
  auto& place = m.make<Place>();
  for (const char* name : {"a", "b"}) {
    m.thread(name, [&] {
      lock.acquire();
      place.visit();
      lock.release();
    });
  }
}

/// Looks and takes in two steps.
struct LooksThenTakes {
  void acquire() {
    while (word.load() != 0) base::cpu_pause();
    word.store(1);
  }
  void release() { word.store(0); }
  Word word{0};
};

TEST(PlantedBugs, TakenByTwo) {
  expect_found(search("a lock that looks and takes in two steps", {}, two_take<LooksThenTakes>), 2, "one too many");
}

/// Its sleeper says that it sleeps, and does not look again whether the lock has become free before that.
struct NoSecondLook {
  void acquire() {
    for (std::uint32_t free = 0; !word.compare_exchange_strong(free, 1); free = 0) {
      sleepers.store(1);
      sleep_while(sleepers, 1);
    }
  }
  void release() {
    word.store(0);
    if (sleepers.exchange(0) != 0) LocalFutex::wake(sleepers, 1);
  }
  Word word{0}, sleepers{0};
};

TEST(PlantedBugs, NoSecondLookBeforeSleeping) {
  expect_found(search("a lock without a second look", {}, two_take<NoSecondLook>), 2, "deadlock");
}

TEST(PlantedBugs, WakeBeforeStore) {
  const auto build = [](Model& m) {
    auto& word = m.make<Word>(0U);
    m.thread("waits", [&] {
      while (word.load() == 0) sleep_while(word, 0);
    });
    m.thread("sets", [&] {
      LocalFutex::wake(word, 1);
      word.store(1);
    });
  };
  expect_found(search("a wake before the store", {}, build), 1, "deadlock");
}

/// Gives its lock up first, and says only then that it waits.
struct LateCondition {
  void wait() {
    lock.release();
    const std::uint32_t seen = turn.load();
    sleep_while(turn, seen);
    lock.acquire();
  }
  void notify() {
    turn.fetch_add(1);
    LocalFutex::wake(turn, 1);
  }
  sync::Lock lock;
  Word turn{0};
};

TEST(PlantedBugs, ConditionThatEnlistsTooLate) {
  const auto build = [](Model& m) {
    auto& condition = m.make<LateCondition>();
    auto& ready = m.make<bool>(false);
    m.thread("waits", [&] {
      const std::scoped_lock hold{condition.lock};
      while (!ready) condition.wait();
    });
    m.thread("tells", [&] {
      const std::scoped_lock hold{condition.lock};
      ready = true;
      condition.notify();
    });
  };
  expect_found(search("a condition that enlists too late", {}, build), 1, "deadlock");
}

/// Keeps nothing but the flag.
struct FlagOnly {
  void set() {
    word.store(1);
    LocalFutex::wake(word, sync::everybody);
  }
  void clear() { word.store(0); }
  void wait() {
    while (word.load() == 0) sleep_while(word, 0);
  }
  Word word{0};
};

TEST(PlantedBugs, EventThatIsOnlyAFlag) {
  const auto build = [](Model& m) {
    auto& event = m.make<FlagOnly>();
    auto& entered = m.make<sync::Lock>();
    entered.acquire();
    m.thread("waits", [&] { event.wait(); });
    m.thread("sets", [&] {
      while (LocalFutex::parked() == 0) base::cpu_pause();  // it certainly waits already
      event.set();
      event.clear();
    });
  };
  expect_found(search("an event that is only a flag", {}, build), 0, "deadlock");
}

/// release(n) wakes one, and trusts it to wake the next; but that one only takes its permit and goes.
struct ForgetsToPassOn {
  explicit ForgetsToPassOn(std::uint32_t permits) noexcept : word{permits} {}
  void acquire() {
    for (std::uint32_t value = word.load();;) {
      if (value == 0) {
        sleep_while(word, 0);
        value = word.load();
      } else if (word.compare_exchange_strong(value, value - 1)) {
        return;
      }
    }
  }
  void release(std::uint32_t n) {
    word.fetch_add(n);
    LocalFutex::wake(word, 1);
  }
  Word word;
};

TEST(PlantedBugs, SemaphoreThatForgetsToPassAWakeOn) {
  const auto build = [](Model& m) {
    auto& semaphore = m.make<ForgetsToPassOn>(0U);
    for (const char* name : {"a", "b"}) m.thread(name, [&] { semaphore.acquire(); });
    m.thread("releases", [&] { semaphore.release(2); });
  };
  expect_found(search("a semaphore that forgets to pass on", {}, build), 0, "deadlock");
}

/// The sleeper's node, and a waker that looks at it once more after letting it go.
struct Touched {
  struct Node {
    Word state{0}, outcome{0};
  };
  void wait() {
    Node node;
    here.store(&node);
    while (node.state.load() == 0) platform::futex_wait(node.state, 0, Deadline::never());
  }
  void wake() {
    Node* node = nullptr;
    while ((node = here.load()) == nullptr) base::cpu_pause();
    node->state.store(1);
    node->outcome.store(1);  // too late: the sleeper may have seen state, and its stack is gone
    platform::futex_wake(node->state, 1);
  }
  base::Atomic<Node*> here{nullptr};
};

TEST(PlantedBugs, WaiterTouchedAfterItWasLetGo) {
  const auto build = [](Model& m) {
    auto& meeting = m.make<Touched>();
    m.thread("waits", [&] { meeting.wait(); });
    m.thread("wakes", [&] { meeting.wake(); });
  };
  expect_found(search("a waiter touched too late", {}, build), 2, "after its end");
}

TEST(PlantedBugs, LocksTakenInTwoOrders) {
  const auto build = [](Model& m) {
    auto& first = m.make<sync::Lock>();
    auto& second = m.make<sync::Lock>();
    m.thread("a", [&] {
      const sync::Guard one{first};
      const sync::Guard two{second};
    });
    m.thread("b", [&] {
      const sync::Guard one{second};
      const sync::Guard two{first};
    });
  };
  expect_found(search("locks in two orders", {}, build), 1, "deadlock");
}

TEST(PlantedBugs, TwoWhoGiveWayForEver) {
  const auto build = [](Model& m) {
    auto& wants = m.make<std::array<base::Atomic<int>, 2>>();
    for (const std::size_t me : {0U, 1U}) {
      m.thread(me == 0 ? "a" : "b", [&, me] {
        wants[me].store(1);
        while (wants[1 - me].load() != 0) {  // after you! but no sooner than that, me again
          wants[me].store(0);
          wants[me].store(1);
          base::cpu_pause();
        }
        wants[me].store(0);
      });
    }
  };
  expect_found(search("two who give way", {}, build), 1, "livelock");
}

/// Believes the clock: whose time is up was not notified.
struct BelievesTheClock {
  static constexpr std::uint32_t waiting = 0, told = 1, gone = 2;
  bool wait(Deadline deadline) {
    const sync::Wake why = LocalFutex::park(Park{&word, waiting, deadline});
    word.exchange(gone);  // and whoever told us until now is not listened to
    return why != sync::Wake::timed_out;
  }
  bool notify() {
    std::uint32_t seen = waiting;
    if (!word.compare_exchange_strong(seen, told)) return false;
    LocalFutex::wake(word, 1);
    return true;
  }
  Word word{waiting};
};

TEST(PlantedBugs, NotifyLostToATimeOut) {
  const auto build = [](Model& m) {
    auto& slot = m.make<BelievesTheClock>();
    auto& heard = m.make<bool>(false);
    auto& told = m.make<bool>(false);
    m.thread("waits", [&] { heard = slot.wait(5ms); });
    m.thread("notifies", [&] { told = slot.notify(); });
    m.finally([&] { EXPECT_EQ(told, heard); });
  };
  expect_found(search("a notify lost to a time-out", {}, build), 1, "told");
}

}  // namespace
}  // namespace tandem::interleaving
