// The step machines were cut so that a coroutine can run them. This driver shows that they are: its coroutines and plain threads
// queue for the same LockWord, and a woken coroutine that lost the race parks again, which a blocking loop could not do.

#include <coroutine>
#include <exception>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/event.hpp"
#include "tandem/sync/lock.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::sync {
namespace {

/// One thread's queue of coroutines to resume. Others post to it and wake it.
class Loop {
 public:
  void post(std::coroutine_handle<> coroutine) {
    const std::scoped_lock hold{lock_};
    ready_.push_back(coroutine);
    wake_.set();
  }
  void run_until(const int& finished, int all) {
    while (finished < all) {
      ASSERT_TRUE(wake_.wait(std::chrono::seconds{20}));
      wake_.clear();
      std::vector<std::coroutine_handle<>> now;
      {
        const std::scoped_lock hold{lock_};
        now.swap(ready_);
      }
      for (const auto coroutine : now) coroutine.resume();
    }
  }

 private:
  Lock lock_;
  Event wake_;
  std::vector<std::coroutine_handle<>> ready_;
};

struct FireAndForget {
  struct promise_type {
    FireAndForget get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

/// One sleep of a coroutine: suspends unless the word has changed; resumed on its loop with the outcome.
class ParkAwaiter : public Waiter {
 public:
  ParkAwaiter(Loop& loop, const Park& park) : Waiter{&post}, loop_{loop}, park_{park} {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> coroutine) noexcept {
    coroutine_ = coroutine;
    return LocalFutex::enqueue(*this, park_);
  }
  Wake await_resume() const noexcept { return outcome(); }

 private:
  static void post(Waiter& waiter) noexcept {
    auto& self = static_cast<ParkAwaiter&>(waiter);
    self.loop_.post(self.coroutine_);
  }
  Loop& loop_;
  const Park park_;
  std::coroutine_handle<> coroutine_;
};

FireAndForget take_turns(Loop& loop, LockWord<LocalFutex>& lock, int turns, long& sum, int& parks, int& finished) {
  for (int i = 0; i < turns; ++i) {
    LockWord<LocalFutex>::Acquire machine{lock, Deadline::never()};
    Wake why = Wake::start;
    while (const Step park = machine.step(why)) {
      ++parks;
      why = co_await ParkAwaiter{loop, *park};
    }
    ++sum;
    EXPECT_TRUE(lock.release());
  }
  ++finished;
}

TEST(CoroutineDriver, CoroutinesAndThreadsShareALock) {
  constexpr int turns = 20'000;
  constexpr int coroutines = 3;
  Loop loop;
  LockWord<LocalFutex> lock;
  long sum = 0;
  int parks = 0;
  int finished = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < turns; ++i) {
        lock.acquire(Deadline::never());
        ++sum;
        EXPECT_TRUE(lock.release());
      }
    });
  }
  for (int c = 0; c < coroutines; ++c) take_turns(loop, lock, turns, sum, parks, finished);
  loop.run_until(finished, coroutines);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, long{turns} * (coroutines + 2));
}

TEST(CoroutineDriver, AWokenCoroutineThatLostTheRaceParksAgain) {
  Loop loop;
  LockWord<LocalFutex> lock;
  long sum = 0;
  int parks = 0;
  int finished = 0;
  ASSERT_TRUE(lock.try_acquire());
  take_turns(loop, lock, 1, sum, parks, finished);  // parks, and returns here
  EXPECT_EQ(parks, 1);
  EXPECT_TRUE(lock.release());  // posts it to the loop, which has not run yet
  if (lock.try_acquire()) {     // barging: we were quicker (unless it was overdue and the lock handed over)
    EXPECT_EQ(sum, 0);
    std::thread releaser{[&] {
      EXPECT_TRUE(test::eventually([] { return LocalFutex::parked() >= 2; }));  // the loop, and the coroutine again
      EXPECT_TRUE(lock.release());
    }};
    loop.run_until(finished, 1);
    releaser.join();
    EXPECT_EQ(parks, 2);
  } else {
    loop.run_until(finished, 1);
  }
  EXPECT_EQ(sum, 1);
}

}  // namespace
}  // namespace tandem::sync
