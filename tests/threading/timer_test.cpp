#include "tandem/threading/timer.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/threading/primitives.hpp"

namespace tandem::threading {
namespace {

using namespace std::chrono_literals;
using Clock = Deadline::Clock;

TEST(Timer, CallsItsFunctionWhenTheTimeHasPassedAndNotBefore) {
  std::string said;
  Clock::time_point fired;
  Timer timer{30ms,
              [&](std::string word, int times) {
                fired = Clock::now();
                while (times-- > 0) said += word;
              },
              "ho", 3};
  const auto begin = Clock::now();
  timer.start();
  timer.join();
  EXPECT_EQ(said, "hohoho");
  EXPECT_GE(fired - begin, 30ms);
}

TEST(Timer, TheTimeBeginsWithStart) {
  Event fired;
  Timer timer{20ms, [&] { fired.set(); }};
  EXPECT_FALSE(fired.wait(40ms)) << "nobody has started it";
  const auto begin = Clock::now();
  timer.start();
  EXPECT_TRUE(fired.wait(20s));
  EXPECT_GE(Clock::now() - begin, 20ms);
}

TEST(Timer, CancelPreventsTheCall) {
  base::Atomic<bool> fired{false};
  Timer timer{1h, [&] { fired = true; }};
  timer.start();
  timer.cancel();
  EXPECT_TRUE(timer.join(20s));
  EXPECT_FALSE(fired);
}

TEST(Timer, CancelledBeforeItsStartItEndsAtOnce) {
  base::Atomic<bool> fired{false};
  Timer timer{1h, [&] { fired = true; }};
  timer.cancel();
  timer.start();
  EXPECT_TRUE(timer.join(20s));
  EXPECT_FALSE(fired);
}

TEST(Timer, TheDestructorCancels) {
  base::Atomic<bool> fired{false};
  {
    Timer timer{1h, [&] { fired = true; }};
    timer.start();
  }
  EXPECT_FALSE(fired);
}

TEST(Timer, CancelledTooLateTheCallIsAwaited) {
  Event begun;
  Event gate;
  base::Atomic<bool> ended{false};
  std::optional<Timer> timer{std::in_place, 0ms, [&] {
                               begun.set();
                               gate.wait();
                               ended = true;
                             }};
  timer->start();
  begun.wait();
  timer->cancel();
  gate.set();
  timer.reset();
  EXPECT_TRUE(ended);
}

TEST(Timer, ATemporaryIsKeptUntilItFired) {
  Event fired;
  Timer{20ms, [&] { fired.set(); }}.start();
  EXPECT_TRUE(fired.wait(20s));
}

TEST(Timer, MayMoveWhileItWaits) {
  base::Atomic<int> fired{0};
  Timer first{1h, [&] { fired += 1; }};
  first.start();
  Timer second{std::move(first)};
  EXPECT_TRUE(second.is_alive());
  Timer third{1ms, [&] { fired += 10; }};
  third.start();
  third.join();
  third = std::move(second);  // what was there has ended; what comes still waits
  EXPECT_TRUE(third.is_alive());
  third = Timer{1h, [] {}};  // the one that waited is cancelled and joined
  EXPECT_EQ(fired, 10);
}

TEST(Timer, IsAThread) {
  Timer timer{0ms, [](std::stop_token stop) { EXPECT_FALSE(stop.stop_requested()); }};
  EXPECT_FALSE(timer.is_alive());
  timer.name("alarm");
  timer.start();
  timer.join();
  EXPECT_EQ(timer.name(), "alarm");
  EXPECT_THROW(timer.start(), std::logic_error);
}

// Whether it fires or is cancelled: one of the two, at the very moment.
TEST(Timer, CancelAtTheMomentItFires) {
  int fired = 0;
  for (int i = 0; i < 300; ++i) {
    base::Atomic<int> calls{0};
    {
      Timer timer{std::chrono::microseconds{i % 60}, [&] { ++calls; }};
      timer.start();
    }
    EXPECT_LE(calls, 1);
    fired += calls;
  }
  RecordProperty("fired", fired);
}

}  // namespace
}  // namespace tandem::threading
