#include "tandem/base/deadline.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <gtest/gtest.h>

namespace tandem {
namespace {

using namespace std::chrono_literals;
using Clock = Deadline::Clock;

static_assert(std::is_trivially_copyable_v<Deadline>);
static_assert(std::is_convertible_v<std::chrono::milliseconds, Deadline>, "a call reads acquire(100ms)");
static_assert(!std::is_convertible_v<Clock::time_point, Deadline>, "a point in time must be asked for by name");
static_assert(!std::is_constructible_v<Deadline, int>, "a bare number has no unit");

TEST(Deadline, NeverNeverExpires) {
  EXPECT_TRUE(Deadline::never().is_never());
  EXPECT_FALSE(Deadline::never().expired());
  EXPECT_EQ(Deadline::never().remaining(), Clock::duration::max());
}

TEST(Deadline, PassedHasExpired) {
  EXPECT_FALSE(Deadline::passed().is_never());
  EXPECT_TRUE(Deadline::passed().expired());
  EXPECT_EQ(Deadline::passed().remaining(), Clock::duration::zero());
}

template <class Duration>
void expect_passed(Duration timeout) {
  EXPECT_EQ(Deadline{timeout}, Deadline::passed());
}

TEST(Deadline, ZeroAndLessTriesOnce) {
  expect_passed(0s);
  expect_passed(-1ns);
  expect_passed(std::chrono::nanoseconds::min());
  expect_passed(std::chrono::hours::min());
  expect_passed(std::chrono::duration<double>{0.0});
  expect_passed(std::chrono::duration<double>{-0.0});
  expect_passed(std::chrono::duration<double>{-1e-9});
  expect_passed(std::chrono::duration<double>{-std::numeric_limits<double>::infinity()});
}

TEST(Deadline, NotANumberTriesOnce) {
  expect_passed(std::chrono::duration<double>{std::numeric_limits<double>::quiet_NaN()});
  expect_passed(std::chrono::duration<float, std::milli>{std::numeric_limits<float>::quiet_NaN()});
}

template <class Duration>
void expect_never(Duration timeout) {
  EXPECT_TRUE(Deadline{timeout}.is_never()) << std::chrono::duration<double>{timeout}.count() << " s";
}

TEST(Deadline, TooLongForTheClockMeansNever) {
  expect_never(std::chrono::nanoseconds::max());
  expect_never(std::chrono::microseconds::max());
  expect_never(std::chrono::hours::max());
  expect_never(std::chrono::years{300});
  expect_never(std::chrono::duration<std::uint64_t>{std::numeric_limits<std::uint64_t>::max()});
  expect_never(std::chrono::duration<double>{1e300});
  expect_never(std::chrono::duration<double>{std::numeric_limits<double>::infinity()});
}

// At the edge between "fits" and "never" the sum must not overflow into the past.
TEST(Deadline, NearTheEndOfTheClockIsNeverInThePast) {
  const auto room = Clock::time_point::max() - Clock::now();
  for (const auto below : {0ns, 1ns, 500ns, 1000ns, 4096ns, 1'000'000ns, 2'000'000'000ns}) {
    EXPECT_FALSE(Deadline{room - below}.expired()) << below.count();
    const auto coarse = std::chrono::floor<std::chrono::microseconds>(room - below);
    EXPECT_FALSE(Deadline{coarse}.expired()) << below.count();
    EXPECT_FALSE(Deadline{std::chrono::duration<double>{room - below}}.expired()) << below.count();
  }
}

TEST(Deadline, IsComputedOnceFromNow) {
  const auto before = Clock::now();
  const Deadline deadline = 50ms;
  const auto after = Clock::now();
  EXPECT_GE(deadline.when(), before + 50ms);
  EXPECT_LE(deadline.when(), after + 50ms);
  EXPECT_FALSE(deadline.expired());
  EXPECT_LE(deadline.remaining(), 50ms);
}

// A wait may not return before its time, so a fraction of a tick counts as a whole one.
TEST(Deadline, RoundsUp) {
  using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;
  const auto before = Clock::now();
  EXPECT_GE(Deadline{Picoseconds{1}}.when(), before + 1ns);
  EXPECT_GE(Deadline{Picoseconds{5'000'001}}.when(), before + 5001ns);
  EXPECT_GE((Deadline{std::chrono::duration<double, std::micro>{1.0001}}.when()), before + 1001ns);
}

TEST(Deadline, ExpiresAtItsTimeAndNotBefore) {
  const Deadline deadline = 2ms;
  while (!deadline.expired()) {
    // remaining() first: time passes between the two calls, and only in one direction
    const auto left = deadline.remaining();
    EXPECT_GE(left, Clock::duration::zero());
  }
  EXPECT_GE(Clock::now(), deadline.when());
  EXPECT_EQ(deadline.remaining(), Clock::duration::zero());
}

TEST(Deadline, OrdersByTime) {
  const Deadline soon = 1s;
  const Deadline later = 1h;
  EXPECT_LT(Deadline::passed(), soon);
  EXPECT_LT(soon, later);
  EXPECT_LT(later, Deadline::never());
  EXPECT_EQ(soon, Deadline{soon.when()});
  EXPECT_NE(soon, later);
}

TEST(Deadline, MayBeAnyPointOnTheClock) {
  for (const auto when : {Clock::time_point{}, Clock::time_point{} - 1s, Clock::now() - std::chrono::years{1}}) {
    EXPECT_TRUE(Deadline{when}.expired());
    EXPECT_EQ(Deadline{when}.remaining(), Clock::duration::zero());
  }
  const Deadline long_ago{Clock::time_point::min() + 1ns};
  EXPECT_TRUE(long_ago.expired());
  EXPECT_EQ(long_ago.remaining(), Clock::duration::zero());
  EXPECT_FALSE((Deadline{Clock::time_point::max() - 1ns}.expired()));
}

}  // namespace
}  // namespace tandem
