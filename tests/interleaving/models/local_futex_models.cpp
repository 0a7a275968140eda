#include "tandem/platform/futex.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {
namespace {

using namespace std::chrono_literals;

using sync::LocalFutex;
using sync::Park;
using sync::Wake;
using sync::Word;

/// A waiter that is no thread, as a coroutine has it: being resumed, it says so in a word.
class NotedWaiter final : public sync::Waiter {
 public:
  NotedWaiter() noexcept : Waiter{&note} {}
  bool enqueue(const Word& word) { return LocalFutex::enqueue(*this, Park{&word, 0, Deadline::never()}); }
  bool resumed() const noexcept { return resumed_.load() != 0; }
  void await() {
    while (!resumed()) platform::futex_wait(resumed_, 0, Deadline::never());
  }

 private:
  static void note(Waiter& waiter) noexcept {
    auto& self = static_cast<NotedWaiter&>(waiter);
    EXPECT_EQ(self.resumed_.fetch_add(1), 0U) << "resumed twice";
    platform::futex_wake(self.resumed_, 1);
  }
  Word resumed_{0};
};

TEST(LocalFutexModels, AWakeAfterAChangeIsNotMissed) {
  explore("park and wake", {.preemptions = 6}, [](Model& m) {
    auto& word = m.make<Word>(0U);
    for (const char* name : {"a", "b"}) {
      m.thread(name, [&] {
        while (word.load() == 0) EXPECT_EQ(LocalFutex::park(Park{&word, 0, Deadline::never()}), Wake::notified);
      });
    }
    m.thread("wakes", [&] {
      word.store(1);
      LocalFutex::wake(word, sync::everybody);
    });
  });
}

// Whichever comes first ends the sleep, and the other learns of it: withdrawn and not resumed, or resumed and not withdrawn.
TEST(LocalFutexModels, WithdrawAndWakeMeet) {
  explore("withdraw and wake", {.preemptions = 8}, [](Model& m) {
    auto& word = m.make<Word>(0U);
    auto& waiter = m.make<NotedWaiter>();
    auto& withdrawn = m.make<bool>(false);
    auto& woken = m.make<unsigned>(0U);
    EXPECT_TRUE(waiter.enqueue(word));
    m.thread("withdraws", [&] {
      withdrawn = LocalFutex::withdraw(waiter, Wake::timed_out);
      if (!withdrawn) waiter.await();
      EXPECT_EQ(waiter.outcome(), withdrawn ? Wake::timed_out : Wake::notified);
    });
    m.thread("wakes", [&] { woken = LocalFutex::wake(word, 1); });
    m.finally([&] {
      EXPECT_EQ(woken, withdrawn ? 0U : 1U);
      EXPECT_EQ(waiter.resumed(), !withdrawn);
    });
  });
}

TEST(LocalFutexModels, AWakePassesOverOneWhoWithdraws) {
  explore("withdraw, wake, and one behind", {.preemptions = 6}, [](Model& m) {
    auto& word = m.make<Word>(0U);
    auto& first = m.make<NotedWaiter>();
    auto& second = m.make<NotedWaiter>();
    auto& withdrawn = m.make<bool>(false);
    EXPECT_TRUE(first.enqueue(word) && second.enqueue(word));
    m.thread("withdraws", [&] {
      withdrawn = LocalFutex::withdraw(first, Wake::cancelled);
      if (!withdrawn) first.await();
    });
    m.thread("wakes", [&] { EXPECT_EQ(LocalFutex::wake(word, 1), 1U) << "one was there all the time"; });
    m.finally([&] {
      EXPECT_NE(first.resumed(), second.resumed());
      EXPECT_EQ(second.resumed(), withdrawn);
      EXPECT_TRUE(second.resumed() || LocalFutex::withdraw(second, Wake::cancelled));
    });
  });
}

TEST(LocalFutexModels, TwoWakesDoNotTakeTheSameOne) {
  explore("two wakes", {.preemptions = 6}, [](Model& m) {
    auto& word = m.make<Word>(0U);
    auto& waiters = m.make<std::vector<NotedWaiter>>(2U);
    auto& sum = m.make<base::Atomic<unsigned>>(0U);
    for (NotedWaiter& waiter : waiters) EXPECT_TRUE(waiter.enqueue(word));
    for (const char* name : {"a", "b"}) m.thread(name, [&] { sum.fetch_add(LocalFutex::wake(word, 1)); });
    m.finally([&] {
      EXPECT_EQ(sum.load(), 2U);
      EXPECT_TRUE(waiters[0].resumed() && waiters[1].resumed());
    });
  });
}

// Compare and sleep are one step for whoever decides: a sleeper that comes at the same time either stands in the list, or sees what
// decide() made of the word.
TEST(LocalFutexModels, DecideAndParkMeet) {
  explore("wake_one decides while somebody parks", {.preemptions = 6}, [](Model& m) {
    auto& word = m.make<Word>(0U);
    auto& waiter = m.make<NotedWaiter>();
    auto& asleep = m.make<bool>(false);
    auto& found = m.make<bool>(false);
    m.thread("parks", [&] { asleep = waiter.enqueue(word); });
    m.thread("decides", [&] {
      LocalFutex::wake_one(word, [&](sync::NextWaiter next) noexcept {
        found = next.found;
        word.store(1);
        return Wake::granted;
      });
    });
    m.finally([&] {
      EXPECT_EQ(found, asleep);
      EXPECT_EQ(waiter.resumed(), asleep);
      EXPECT_TRUE(!asleep || waiter.outcome() == Wake::granted);
    });
  });
}

TEST(LocalFutexModels, ASleepIsEndedByExactlyOne) {
  explore("wake, time-out and stop", {.preemptions = 5}, [](Model& m) {
    auto& word = m.make<Word>(0U);
    auto& woken = m.make<unsigned>(0U);
    auto& why = m.make<Wake>(Wake::start);
    std::stop_source source;
    m.thread("sleeps", [&, source] {
      const std::stop_token stop = source.get_token();
      Park park{&word, 0, 5ms};
      park.cancel.stop = &stop;
      why = LocalFutex::park(park);
    });
    m.thread("wakes", [&] { woken = LocalFutex::wake(word, 1); });
    m.may_request_stop(source);
    m.finally([&] { EXPECT_EQ(why == Wake::notified, woken == 1U); });
  });
}

}  // namespace
}  // namespace tandem::interleaving
