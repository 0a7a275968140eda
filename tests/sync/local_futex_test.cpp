#include "tandem/sync/local_futex.hpp"

#include <chrono>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/parker.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"

namespace tandem::sync {
namespace {

using namespace std::chrono_literals;
using test::eventually;

/// A waiter that is no thread: being resumed, it notes that it was, as a coroutine would be posted to its loop.
class NotedWaiter : public Waiter {
 public:
  explicit NotedWaiter(std::vector<NotedWaiter*>& woken) : Waiter{&note}, woken_{woken} {}

 private:
  static void note(Waiter& waiter) noexcept {
    auto& self = static_cast<NotedWaiter&>(waiter);
    self.woken_.push_back(&self);
  }
  std::vector<NotedWaiter*>& woken_;
};

struct LocalFutexTest : testing::Test {
  Word word{7};
  std::vector<NotedWaiter*> woken;
  NotedWaiter a{woken}, b{woken}, c{woken};

  Park park_on(const Word& on, std::uint32_t expected = 7) { return Park{&on, expected, Deadline::never()}; }
};

TEST_F(LocalFutexTest, DoesNotSleepOnAChangedWord) {
  EXPECT_FALSE(LocalFutex::enqueue(a, park_on(word, 8)));
  EXPECT_EQ(LocalFutex::parked(), 0U);
  EXPECT_EQ(LocalFutex::park(park_on(word, 8)), Wake::notified);
}

TEST_F(LocalFutexTest, WakesExactlyNInOrderOfArrival) {
  for (NotedWaiter* waiter : {&a, &b, &c}) ASSERT_TRUE(LocalFutex::enqueue(*waiter, park_on(word)));
  EXPECT_EQ(LocalFutex::parked(), 3U);
  EXPECT_EQ(LocalFutex::wake(word, 2), 2U);
  EXPECT_EQ(woken, (std::vector{&a, &b}));
  EXPECT_EQ(a.outcome(), Wake::notified);
  EXPECT_EQ(LocalFutex::wake(word, everybody), 1U);
  EXPECT_EQ(woken.back(), &c);
  EXPECT_EQ(LocalFutex::wake(word, everybody), 0U);
}

TEST_F(LocalFutexTest, KeepsWordsApartEvenInOneBucket) {
  // More words than buckets: some must share one.
  std::deque<Word> words;
  std::deque<NotedWaiter> waiters;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(LocalFutex::enqueue(waiters.emplace_back(woken), park_on(words.emplace_back(7U))));
  }
  for (int i = 999; i >= 0; --i) {
    ASSERT_EQ(LocalFutex::wake(words[static_cast<std::size_t>(i)], everybody), 1U);
    ASSERT_EQ(woken.back(), &waiters[static_cast<std::size_t>(i)]);
  }
}

TEST_F(LocalFutexTest, WithdrawingTakesTheWaiterOutUnlessItWasWoken) {
  ASSERT_TRUE(LocalFutex::enqueue(a, park_on(word)));
  ASSERT_TRUE(LocalFutex::enqueue(b, park_on(word)));
  EXPECT_TRUE(LocalFutex::withdraw(a, Wake::cancelled));
  EXPECT_EQ(a.outcome(), Wake::cancelled);
  EXPECT_EQ(LocalFutex::wake(word, 1), 1U);
  EXPECT_EQ(woken, std::vector{&b}) << "the withdrawn one must neither be resumed nor take another's wake";
  EXPECT_FALSE(LocalFutex::withdraw(b, Wake::timed_out));
  EXPECT_EQ(b.outcome(), Wake::notified);
}

TEST_F(LocalFutexTest, WakeOneTellsWhetherOthersWait) {
  std::vector<NextWaiter> seen;
  const auto decide = [&](NextWaiter next) noexcept {
    seen.push_back(next);
    return Wake::granted;
  };
  ASSERT_TRUE(LocalFutex::enqueue(a, park_on(word)));
  ASSERT_TRUE(LocalFutex::enqueue(b, park_on(word)));
  for (int i = 0; i < 3; ++i) LocalFutex::wake_one(word, decide);
  ASSERT_EQ(seen.size(), 3U) << "decide is called once per wake_one, also if nobody waits";
  EXPECT_TRUE(seen[0].found && seen[0].more);
  EXPECT_TRUE(seen[1].found && !seen[1].more);
  EXPECT_TRUE(!seen[2].found && !seen[2].more);
  EXPECT_EQ(a.outcome(), Wake::granted);
}

TEST_F(LocalFutexTest, ASleeperIsOverdueAfterAMillisecond) {
  ASSERT_TRUE(LocalFutex::enqueue(a, park_on(word)));
  const auto since = Deadline::Clock::now();
  while (Deadline::Clock::now() - since < 2ms) base::cpu_pause();
  bool overdue = false;
  LocalFutex::wake_one(word, [&](NextWaiter next) noexcept {
    overdue = next.overdue;
    return Wake::notified;
  });
  EXPECT_TRUE(overdue);
}

// Whoever is woken, loses the race and sleeps again has waited all the time.
TEST_F(LocalFutexTest, AWaitMayHaveBegunBeforeThisSleep) {
  const auto is_overdue = [&] {
    bool overdue = false;
    LocalFutex::wake_one(word, [&](NextWaiter next) noexcept {
      overdue = next.overdue;
      return Wake::notified;
    });
    return overdue;
  };
  Park park = park_on(word);
  park.since = Deadline::Clock::now() - 1h;
  ASSERT_TRUE(LocalFutex::enqueue(a, park));
  EXPECT_TRUE(is_overdue());
  park.since = Deadline::Clock::now() + 1h;  // so that no pause of this thread counts
  ASSERT_TRUE(LocalFutex::enqueue(b, park));
  EXPECT_FALSE(is_overdue());
}

TEST_F(LocalFutexTest, ASleeperIsMovedToAnotherWordBehindThoseWhoSleepThere) {
  Word other{3};
  ASSERT_TRUE(LocalFutex::enqueue(c, park_on(other, 3)));
  ASSERT_TRUE(LocalFutex::enqueue(a, park_on(word)));
  ASSERT_TRUE(LocalFutex::enqueue(b, park_on(word)));
  int asked = 0;
  LocalFutex::requeue_one(word, other, [&]() noexcept { return ++asked == 1; });
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(woken.empty());
  EXPECT_EQ(LocalFutex::parked(), 3U);
  EXPECT_EQ(LocalFutex::wake(word, everybody), 1U);
  EXPECT_EQ(woken, (std::vector{&b}));
  EXPECT_EQ(LocalFutex::wake(other, everybody), 2U);
  EXPECT_EQ(woken, (std::vector{&b, &c, &a}));
}

TEST_F(LocalFutexTest, WhoMayNotBeMovedIsWoken) {
  Word other{3};
  ASSERT_TRUE(LocalFutex::enqueue(a, park_on(word)));
  LocalFutex::requeue_one(word, other, []() noexcept { return false; });
  EXPECT_EQ(woken, (std::vector{&a}));
  EXPECT_EQ(a.outcome(), Wake::notified);
  LocalFutex::requeue_one(word, other, []() noexcept {
    ADD_FAILURE() << "nobody sleeps here";
    return true;
  });
}

TEST_F(LocalFutexTest, AMovedSleeperMayWithdraw) {
  Word other{3};
  ASSERT_TRUE(LocalFutex::enqueue(a, park_on(word)));
  LocalFutex::requeue_one(word, other, []() noexcept { return true; });
  EXPECT_TRUE(LocalFutex::withdraw(a, Wake::timed_out));
  EXPECT_EQ(LocalFutex::wake(other, everybody), 0U);
  EXPECT_EQ(LocalFutex::parked(), 0U);
}

TEST_F(LocalFutexTest, AThreadSleepsUntilWokenOrTheDeadline) {
  std::thread sleeper{[&] { EXPECT_EQ(LocalFutex::park(park_on(word)), Wake::notified); }};
  ASSERT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
  LocalFutex::wake(word, 1);
  sleeper.join();

  const auto begin = Deadline::Clock::now();
  EXPECT_EQ(LocalFutex::park(Park{&word, 7, 30ms}), Wake::timed_out);
  EXPECT_GE(Deadline::Clock::now() - begin, 30ms);
  EXPECT_EQ(LocalFutex::parked(), 0U);
}

TEST_F(LocalFutexTest, AnotherParkerMayServeTheThread) {
  struct Hub final : Parker {
    Wake park(const Park&) noexcept override {
      ++parks;
      return Wake::cancelled;
    }
    int parks = 0;
  } hub;
  {
    const ParkerScope scope{hub};
    EXPECT_EQ(LocalFutex::park(park_on(word)), Wake::cancelled);
  }
  EXPECT_EQ(hub.parks, 1);
  EXPECT_EQ(LocalFutex::park(Park{&word, 7, Deadline::passed()}), Wake::timed_out) << "the thread's own again";
}

// Time-out and wake meet at the same moment, again and again: each sleep ends by exactly one of them, and a wake that says it woke
// somebody did.
TEST(LocalFutexRace, EachSleepIsEndedExactlyOnce) {
  auto random = test::random_engine();
  Word word{0};
  constexpr int rounds = 3000;
  int notified = 0;
  int woken = 0;
  base::Atomic<bool> over{false};
  std::thread sleeper{[&] {
    for (int i = 0; i < rounds; ++i) {
      const Deadline deadline = std::chrono::microseconds{1 + random() % 100};
      notified += LocalFutex::park(Park{&word, 0, deadline}) == Wake::notified;
    }
    over.store(true);
  }};
  while (!over.load()) woken += static_cast<int>(LocalFutex::wake(word, 1));
  sleeper.join();
  EXPECT_EQ(woken, notified);
}

// A sleeper is moved to and fro between two words while its time passes: it must be found, and taken out of the right list.
TEST(LocalFutexRace, MovedWhileItTimesOut) {
  auto random = test::random_engine();
  Word words[2];
  base::Atomic<bool> over{false};
  std::thread mover{[&] {
    const auto yes = []() noexcept { return true; };
    while (!over.load()) {
      LocalFutex::requeue_one(words[0], words[1], yes);
      LocalFutex::requeue_one(words[1], words[0], yes);
    }
  }};
  std::vector<std::thread> sleepers;
  for (int t = 0; t < 2; ++t) {
    sleepers.emplace_back([&, t, seed = random()] {
      for (unsigned i = 0; i < 2000; ++i) {
        const Deadline deadline = std::chrono::microseconds{1 + (seed + i) % 50};
        EXPECT_EQ(LocalFutex::park(Park{&words[t], 0, deadline}), Wake::timed_out);
      }
    });
  }
  for (std::thread& sleeper : sleepers) sleeper.join();
  over.store(true);
  mover.join();
  EXPECT_EQ(LocalFutex::parked(), 0U);
}

}  // namespace
}  // namespace tandem::sync
