#pragma once

#include <csignal>
#include <exception>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/platform/signals.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

/// Ctrl-C interrupts the waits of the test's thread, the main one; afterwards all is as it was before.
class InterruptTest : public ::testing::Test {
 protected:
  void SetUp() override { sync::enable_keyboard_interrupt(); }
  void TearDown() override {
    EXPECT_FALSE(taken()) << "an interrupt was left over";
    if (!was_enabled_) sync::disable_keyboard_interrupt();
  }

  /// Whether an interrupt was pending; it is not any more.
  static bool taken() {
    try {
      sync::check_interrupt();
      return false;
    } catch (const KeyboardInterrupt&) {
      return true;
    }
  }
  /// Ctrl-C while this thread does not wait: when it returns, the interrupt is pending.
  static void press() { std::raise(SIGINT); }

  /// Calls `wait`, presses Ctrl-C from another thread once it sleeps, and expects that the wait ends by it.
  template <class Wait>
  static void expect_interrupted(Wait wait, std::size_t others_parked = 0) {
    const int main = platform::native_thread_id();
    std::thread presser{[=] {
      EXPECT_TRUE(eventually([=] { return sync::LocalFutex::parked() == others_parked + 1; }));
      EXPECT_TRUE(platform::signal_thread(SIGINT, main));
    }};
    EXPECT_THROW(static_cast<void>(wait()), KeyboardInterrupt);
    presser.join();
    EXPECT_EQ(sync::LocalFutex::parked(), others_parked) << "who was interrupted has left the parking lot";
    EXPECT_FALSE(taken()) << "an interrupt is thrown once";
  }

  /// The same for a Ctrl-C that came before the wait.
  template <class Wait>
  static void expect_thrown_at_once(Wait wait) {
    press();
    EXPECT_THROW(static_cast<void>(wait()), KeyboardInterrupt);
    EXPECT_FALSE(taken()) << "an interrupt is thrown once";
  }

 private:
  const bool was_enabled_ = sync::interrupt_fd() >= 0;
};

/// Something to wait for, again and again. `wait` answers whether it got it, within 20 s.
struct Awaited {
  std::function<void()> prepare;
  std::function<void()> wake;  // on another thread
  std::function<bool()> wait;
};

/// Ctrl-C meets a wake, again and again, at random distances and in either order. Each time: the wait has either its result or the
/// interrupt; the interrupt that lost comes at the next occasion, and the result that lost can still be had.
class InterruptRace : public InterruptTest {
 protected:
  void race(const Awaited& awaited, int rounds) {
    auto random = random_engine();
    const int main = platform::native_thread_id();
    base::Atomic<int> begun{0};
    base::Atomic<int> ended{0};
    std::thread other{[&, mine = random_engine(1)]() mutable {
      for (int round = 1; round <= rounds; ++round) {
        begun.wait(round - 1);
        const bool wake_first = mine() % 2 == 0;
        spin_a_while(mine);
        if (wake_first) awaited.wake();
        spin_a_while(mine);
        // Either straight to the main thread, or to this one, whose handler sends it on.
        if (mine() % 2 == 0) {
          EXPECT_TRUE(platform::signal_thread(SIGINT, main));
        } else {
          std::raise(SIGINT);
        }
        spin_a_while(mine);
        if (!wake_first) awaited.wake();
        ended.store(round);
        ended.notify_one();
      }
    }};
    int interrupted = 0;
    for (int round = 1; round <= rounds; ++round) {
      awaited.prepare();
      begun.store(round);
      begun.notify_one();
      spin_a_while(random);
      interrupted += one_round(awaited, ended, round);
      if (HasFailure()) ADD_FAILURE() << "in round " << round;
    }
    other.join();
    RecordProperty("interrupted", interrupted);
    EXPECT_GT(interrupted, 0) << "no race at all: the interrupt always lost";
    EXPECT_LT(interrupted, rounds) << "no race at all: the interrupt always won";
  }

 private:
  /// From nothing up to 160 us, short times more often than long ones: the handler, the wake and the sleep each take some of these.
  static void spin_a_while(std::mt19937_64& random) {
    const std::uint64_t limit = std::uint64_t{1} << (random() % 13);
    for (std::uint64_t pauses = random() % limit; pauses > 0; --pauses) base::cpu_pause();
  }

  static bool one_round(const Awaited& awaited, base::Atomic<int>& ended, int round) {
    bool got = false;
    bool interrupted = false;
    try {
      got = awaited.wait();
    } catch (const KeyboardInterrupt&) {
      interrupted = true;
    }
    EXPECT_NE(got, interrupted) << "the wait has neither its result nor the interrupt";
    ended.wait(round - 1);
    if (interrupted) {
      EXPECT_TRUE(awaited.wait()) << "the interrupt took the wake with it";
    } else {
      EXPECT_TRUE(eventually([] { return taken(); })) << "the interrupt got lost";
    }
    EXPECT_FALSE(taken()) << "one Ctrl-C, two interrupts";
    return interrupted;
  }
};

}  // namespace tandem::test
