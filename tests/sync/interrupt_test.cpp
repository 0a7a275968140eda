#include "tandem/sync/interrupt.hpp"

#include <array>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/platform/epoll.hpp"
#include "tandem/sync/condition.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/rlock.hpp"
#include "tandem/sync/semaphore.hpp"
#include "tests/sync/interrupt_support.hpp"

namespace tandem::sync {
namespace {

using namespace std::chrono_literals;
using test::eventually;

static_assert(!std::is_base_of_v<std::exception, KeyboardInterrupt>, "catch (const std::exception&) must not swallow it");

struct Interrupt : test::InterruptTest {};

/// What the waits below wait for in vain.
struct Unavailable {
  Unavailable() {
    lock.acquire();
    const ActorScope somebody_else{new_actor()};
    rlock.acquire();
  }
  Lock lock;
  RLock rlock;
  Semaphore semaphore{0};
  Event event;
  Condition own;
  Lock mutex;
  Condition over_lock{mutex};

  /// Calls check(wait) with each of them.
  void each(auto check) {
    check([this](Deadline d) { return lock.acquire(d); });
    check([this](Deadline d) { return rlock.acquire(d); });
    check([this](Deadline d) { return semaphore.acquire(d); });
    check([this](Deadline d) { return event.wait(d); });
    check([this](Deadline d) {
      const std::scoped_lock hold{own};
      return own.wait(d);
    });
    check([this](Deadline d) {
      const std::scoped_lock hold{mutex};
      return over_lock.wait_for([] { return false; }, d);
    });
  }
};

TEST_F(Interrupt, EndsEachWait) {
  Unavailable unavailable;
  unavailable.each([](auto wait) {
    expect_interrupted([&] { return wait(Deadline::never()); });
    expect_interrupted([&] { return wait(20s); });
  });
  expect_interrupted([&] { const std::scoped_lock hold{unavailable.lock}; });
  EXPECT_FALSE(unavailable.mutex.locked());
  const ActorScope somebody_else{new_actor()};
  EXPECT_TRUE(unavailable.own.try_lock()) << "who was interrupted has released its lock";
  unavailable.own.unlock();
}

TEST_F(Interrupt, ThatIsPendingEndsAWaitAsItBegins) {
  Unavailable unavailable;
  unavailable.each([](auto wait) { expect_thrown_at_once([&] { return wait(Deadline::never()); }); });
}

TEST_F(Interrupt, LeavesAloneWhatOnlyTries) {
  Unavailable unavailable;
  press();
  unavailable.each([](auto wait) { EXPECT_FALSE(wait(0s)); });
  EXPECT_FALSE(unavailable.lock.try_lock());
  EXPECT_TRUE(taken());
}

TEST_F(Interrupt, LeavesAloneWhatNeedNotWait) {
  Lock lock;
  RLock rlock;
  Semaphore semaphore{1};
  Event event;
  Condition condition;
  event.set();
  press();
  EXPECT_TRUE(lock.acquire());
  EXPECT_TRUE(rlock.acquire());
  EXPECT_TRUE(semaphore.acquire());
  EXPECT_TRUE(event.wait());
  {
    const std::scoped_lock hold{condition};
    EXPECT_TRUE(condition.wait_for([] { return true; }));
  }
  EXPECT_TRUE(taken()) << "it is still there for the first wait that has to sleep";
}

TEST_F(Interrupt, WaitsForUninterruptibleToEnd) {
  Unavailable unavailable;
  press();
  {
    const Uninterruptible outer;
    const Uninterruptible inner;
    unavailable.each([](auto wait) { EXPECT_FALSE(wait(2ms)); });
    EXPECT_NO_THROW(check_interrupt());
    EXPECT_EQ(interrupt_fd(), -1);
  }
  EXPECT_THROW(unavailable.event.wait(), KeyboardInterrupt);
}

TEST_F(Interrupt, DoesNotEndASleepThatUninterruptibleBegan) {
  Event event;
  const int main = platform::native_thread_id();
  std::thread other{[&] {
    EXPECT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
    EXPECT_TRUE(platform::signal_thread(SIGINT, main));
    EXPECT_TRUE(eventually([] { return interrupt_pending.load(); }));
    EXPECT_EQ(LocalFutex::parked(), 1U);
    event.set();
  }};
  {
    const Uninterruptible scope;
    EXPECT_TRUE(event.wait(20s));
  }
  other.join();
  EXPECT_TRUE(taken());
}

TEST_F(Interrupt, DoesNotThrowOutOfAGuard) {
  Lock lock;
  lock.acquire();
  base::Atomic<bool> released{false};
  std::thread holder{[&] {
    EXPECT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
    released.store(true);
    lock.release();
  }};
  press();
  {
    const Guard hold{lock};
    EXPECT_TRUE(released.load());
    EXPECT_TRUE(lock.locked());
  }
  holder.join();
  EXPECT_FALSE(lock.locked());
  EXPECT_TRUE(taken());
}

TEST_F(Interrupt, LeavesAConditionOnlyWithItsLock) {
  Lock lock;
  Condition condition{lock};
  base::Atomic<bool> released{false};
  const int main = platform::native_thread_id();
  std::thread other{[&] {
    EXPECT_TRUE(eventually([] { return LocalFutex::parked() == 1; }));
    EXPECT_TRUE(lock.acquire(20s));
    EXPECT_TRUE(platform::signal_thread(SIGINT, main));
    EXPECT_TRUE(eventually([] { return interrupt_pending.load(); }));
    EXPECT_TRUE(eventually([] { return LocalFutex::parked() == 1; })) << "by now for the lock";
    released.store(true);
    lock.release();
  }};
  {
    const std::scoped_lock hold{lock};
    EXPECT_THROW(condition.wait(), KeyboardInterrupt);
    EXPECT_TRUE(released.load());
    EXPECT_TRUE(lock.locked());
    EXPECT_NO_THROW(condition.notify());
  }
  other.join();
  EXPECT_FALSE(lock.locked());
}

TEST_F(Interrupt, IsForTheMainThreadOnly) {
  Event over;
  Event never;
  std::thread patient{[&] {
    EXPECT_EQ(interrupt_fd(), -1);
    EXPECT_TRUE(over.wait(20s));
  }};
  std::thread struck{[&] {
    EXPECT_TRUE(eventually([] { return LocalFutex::parked() == 2; }));
    std::raise(SIGINT);  // to this thread, which passes it on
    EXPECT_NO_THROW(check_interrupt());
    EXPECT_TRUE(over.wait(20s));
  }};
  EXPECT_THROW(never.wait(20s), KeyboardInterrupt);
  over.set();
  patient.join();
  struck.join();
}

TEST_F(Interrupt, CanBeReadFromItsDescriptorWhileItIsPending) {
  platform::Epoll epoll;
  std::array<void*, 1> tags{};
  epoll.add(interrupt_fd(), platform::Interest::read, platform::Repeat::always, this);
  EXPECT_EQ(epoll.wait(tags, 0s), 0U);
  for (int i = 0; i < 3; ++i) {
    press();
    EXPECT_EQ(epoll.wait(tags, 20s), 1U);
    EXPECT_TRUE(taken());
    EXPECT_EQ(epoll.wait(tags, 0s), 0U);
  }
}

TEST_F(Interrupt, IsKnownToDestructorsThatItRuns) {
  struct Witness {
    explicit Witness(bool& noted) : saw{noted} {}
    ~Witness() { saw = unwinding_interrupt(); }
    bool& saw;
  };
  const auto seen_by = [](auto raise) {
    bool saw = false;
    try {
      const Witness witness{saw};
      raise();
    } catch (const KeyboardInterrupt&) {
      EXPECT_FALSE(unwinding_interrupt()) << "caught";
    } catch (const std::runtime_error&) {
      EXPECT_FALSE(unwinding_interrupt());
    }
    return saw;
  };
  EXPECT_FALSE(seen_by([] {}));
  EXPECT_FALSE(seen_by([] { throw std::runtime_error{"something else"}; }));
  press();
  EXPECT_TRUE(seen_by([] { check_interrupt(); }));
  EXPECT_FALSE(seen_by([] { throw std::runtime_error{"it is over"}; }));
}

TEST_F(Interrupt, MayBeEnabledAgain) {
  const int fd = interrupt_fd();
  enable_keyboard_interrupt();
  EXPECT_EQ(interrupt_fd(), fd);
  press();
  EXPECT_TRUE(taken());
}

// The disposition itself, each time from its default, which the fixture does not know about.
struct InterruptSetting : testing::Test {
  ~InterruptSetting() override {
    disable_keyboard_interrupt();
    std::signal(SIGINT, SIG_DFL);
    if (was_enabled_) enable_keyboard_interrupt();
  }
  void start_with(platform::SignalHandler handler) {
    disable_keyboard_interrupt();
    std::signal(SIGINT, handler);
    enable_keyboard_interrupt();
  }
  /// Asking means setting.
  static platform::SignalHandler now() {
    const platform::SignalHandler handler = std::signal(SIGINT, SIG_IGN);
    std::signal(SIGINT, handler);
    return handler;
  }
  const bool was_enabled_ = interrupt_fd() >= 0;
};

TEST_F(InterruptSetting, DefaultComesBackWhenDisabled) {
  start_with(SIG_DFL);
  EXPECT_NE(now(), SIG_DFL);
  EXPECT_GE(interrupt_fd(), 0);
  std::raise(SIGINT);
  disable_keyboard_interrupt();
  EXPECT_EQ(now(), SIG_DFL);
  EXPECT_EQ(interrupt_fd(), -1);
  EXPECT_NO_THROW(check_interrupt()) << "what was pending is forgotten";
}

TEST_F(InterruptSetting, IgnoredStaysIgnored) {
  start_with(SIG_IGN);
  EXPECT_EQ(now(), SIG_IGN);
  EXPECT_EQ(interrupt_fd(), -1);
  std::raise(SIGINT);
  Event never;
  EXPECT_FALSE(never.wait(2ms));
  disable_keyboard_interrupt();
  EXPECT_EQ(now(), SIG_IGN);
}

TEST_F(InterruptSetting, SomebodysHandlerStays) {
  const platform::SignalHandler theirs = [](int) {};
  start_with(theirs);
  EXPECT_EQ(now(), theirs);
  std::raise(SIGINT);
  EXPECT_NO_THROW(check_interrupt());
  disable_keyboard_interrupt();
  EXPECT_EQ(now(), theirs);
}

struct InterruptRace : test::InterruptRace {};

TEST_F(InterruptRace, Event) {
  Event event;
  race({.prepare = [&] { event.clear(); }, .wake = [&] { event.set(); }, .wait = [&] { return event.wait(20s); }}, 10'000);
}

TEST_F(InterruptRace, Lock) {
  Lock lock;
  race({.prepare = [&] { lock.try_lock(); }, .wake = [&] { lock.release(); }, .wait = [&] { return lock.acquire(20s); }}, 10'000);
}

TEST_F(InterruptRace, Semaphore) {
  Semaphore semaphore{0};
  race({.prepare = [] {}, .wake = [&] { semaphore.release(); }, .wait = [&] { return semaphore.acquire(20s); }}, 10'000);
}

TEST_F(InterruptRace, Condition) {
  Lock lock;
  Condition condition{lock};
  bool ready = false;
  race({.prepare = [&] { ready = false; },
        .wake =
            [&] {
              const std::scoped_lock hold{lock};
              ready = true;
              condition.notify();
            },
        .wait =
            [&] {
              const std::scoped_lock hold{lock};
              return condition.wait_for([&] { return ready; }, 20s);
            }},
       10'000);
}

}  // namespace
}  // namespace tandem::sync
