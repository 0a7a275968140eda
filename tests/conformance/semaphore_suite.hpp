#pragma once

// What a Semaphore promises, and a BoundedSemaphore, which only refuses to be released too often. How each wait ends (in time, by
// its time, by a stop token) is wait_suite.hpp's. Kinds name the type, and say whether it is bounded:
//
//     struct Kind : InThreads { using Semaphore = ...; static constexpr bool bounded = false; };  // made with a value, by default
//     1

#include <chrono>
#include <cstdint>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class SemaphoreSuite : public ::testing::Test {
 protected:
  using Semaphore = typename Kind::Semaphore;

  /// All permits are out: so many may come back to either kind.
  static void take(Semaphore& semaphore, int permits) {
    for (int i = 0; i < permits; ++i) ASSERT_TRUE(semaphore.acquire(false)) << "permit " << i;
  }
  static void expect_permits(Semaphore& semaphore, int permits) {
    take(semaphore, permits);
    EXPECT_FALSE(semaphore.acquire(false)) << "it must have no more";
    for (int i = 0; i < permits; ++i) semaphore.release();
  }
};
TYPED_TEST_SUITE_P(SemaphoreSuite);

TYPED_TEST_P(SemaphoreSuite, HasItsValueInPermits) {
  typename TestFixture::Semaphore one;
  this->expect_permits(one, 1);
  typename TestFixture::Semaphore three{3};
  this->expect_permits(three, 3);
  typename TestFixture::Semaphore none{0};
  this->expect_permits(none, 0);
}

TYPED_TEST_P(SemaphoreSuite, RefusesANegativeValue) {
  EXPECT_TRUE(refuses<std::invalid_argument>([] { typename TestFixture::Semaphore{-1}; }, {"-1", "0 or more"}));
}

TYPED_TEST_P(SemaphoreSuite, BlockingOrNot) {
  using namespace std::chrono_literals;
  typename TestFixture::Semaphore rooms{2};
  EXPECT_TRUE(rooms.acquire());
  EXPECT_TRUE(rooms.acquire(true));
  EXPECT_FALSE(rooms.acquire(false));
  EXPECT_FALSE(rooms.acquire(0s));
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(rooms.acquire(time)); });
  rooms.release();
  EXPECT_TRUE(rooms.acquire(0s)) << "no need to wait, so no need of time";
}

TYPED_TEST_P(SemaphoreSuite, ReleasingNFreesNWhoWait) {
  using namespace std::chrono_literals;
  typename TestFixture::Semaphore semaphore{5};
  this->take(semaphore, 5);
  const Common<TypeParam, base::Atomic<int>> through{0};
  Waiters<TypeParam> waiters;
  for (int i = 0; i < 5; ++i) {
    waiters.start([&, i] {
      EXPECT_TRUE(i % 2 == 0 ? semaphore.acquire(20s) : semaphore.acquire());
      ++*through;
    });
  }
  ASSERT_TRUE(waiters.asleep(5));
  semaphore.release(3);
  ASSERT_TRUE(eventually([&] { return through->load() == 3; }));
  ASSERT_TRUE(waiters.asleep(2));
  semaphore.release(2);
  EXPECT_TRUE(waiters.ended());
  EXPECT_EQ(through->load(), 5);
  EXPECT_FALSE(semaphore.acquire(false)) << "each took one";
}

// More may be given back at once than there are who wait: the rest stays for those who come.
TYPED_TEST_P(SemaphoreSuite, WhatNobodyWaitsForIsKept) {
  using namespace std::chrono_literals;
  typename TestFixture::Semaphore semaphore{4};
  this->take(semaphore, 4);
  Waiters<TypeParam> waiters;
  ASSERT_TRUE(waiters.start_asleep([&] { EXPECT_TRUE(semaphore.acquire(20s)); }));
  semaphore.release(4);
  EXPECT_TRUE(waiters.ended());
  this->expect_permits(semaphore, 3);
}

TYPED_TEST_P(SemaphoreSuite, AnybodyMayRelease) {
  typename TestFixture::Semaphore semaphore{1};
  semaphore.acquire();
  Waiters<TypeParam> other;
  other.start([&] { semaphore.release(); });
  EXPECT_TRUE(other.ended());
  this->expect_permits(semaphore, 1);
}

TYPED_TEST_P(SemaphoreSuite, RefusesToReleaseFewerThanOne) {
  typename TestFixture::Semaphore semaphore{2};
  semaphore.acquire();
  EXPECT_TRUE(refuses<std::invalid_argument>([&] { semaphore.release(0); }, {"1 or more"}));
  EXPECT_TRUE(refuses<std::invalid_argument>([&] { semaphore.release(-1); }, {"-1", "1 or more"}));
  this->expect_permits(semaphore, 1);
}

// The one difference. Beyond its value, Python's Semaphore just has more permits from then on.
TYPED_TEST_P(SemaphoreSuite, ReleasedBeyondItsValue) {
  typename TestFixture::Semaphore semaphore{2};
  if constexpr (TypeParam::bounded) {
    EXPECT_TRUE(refuses<std::invalid_argument>([&] { semaphore.release(); }, {"2"}));
    semaphore.acquire();
    EXPECT_THROW(semaphore.release(2), std::invalid_argument) << "one would do, but both or none";
    this->expect_permits(semaphore, 1);
    semaphore.release();
    EXPECT_THROW(semaphore.release(), std::invalid_argument);
    this->expect_permits(semaphore, 2);
    typename TestFixture::Semaphore none{0};
    EXPECT_THROW(none.release(), std::invalid_argument) << "so nobody will ever acquire it";
    EXPECT_FALSE(none.acquire(false));
  } else {
    semaphore.release();
    semaphore.release(3);
    this->expect_permits(semaphore, 6);
  }
}

// Several give back what was taken once: exactly as many succeed as permits were out, in whichever order they come.
TYPED_TEST_P(SemaphoreSuite, RacingReleasesBeyondItsValue) {
  if constexpr (TypeParam::bounded) {
    static_cast<void>(seed());
    for (int round = 0; round < rounds(200); ++round) {
      typename TestFixture::Semaphore semaphore{3};
      this->take(semaphore, 3);
      const Common<TypeParam, base::Atomic<int>> accepted{0};
      Waiters<TypeParam> actors;
      for (std::uint32_t a = 0; a < 3; ++a) {
        actors.start([&, a, round] {
          Random random = random_engine(static_cast<std::uint32_t>(round) * 3 + a);
          for (int i = 0; i < 2; ++i) {
            spin_a_moment(random);
            *accepted += !refuses<std::invalid_argument>([&] { semaphore.release(); });
          }
        });
      }
      ASSERT_TRUE(actors.ended());
      ASSERT_EQ(accepted->load(), 3);
      this->expect_permits(semaphore, 3);
    }
  }
}

TYPED_TEST_P(SemaphoreSuite, NeverMoreInsideThanPermits) {
  static_cast<void>(seed());
  typename TestFixture::Semaphore rooms{3};
  const Common<TypeParam, base::Atomic<int>> inside{0};
  const Common<TypeParam, base::Atomic<int>> too_many{0};
  Waiters<TypeParam> guests;
  for (std::uint32_t guest = 0; guest < 8; ++guest) {
    guests.start([&, guest] {
      Random random = random_engine(guest);
      for (int visit = 0; visit < rounds(1500); ++visit) {
        const bool patient = random() % 4 == 0;
        const Deadline deadline = patient ? Deadline::never() : Deadline{up_to(std::chrono::microseconds{100}, random)};
        if (!rooms.acquire(deadline)) continue;
        *too_many += ++*inside > 3;
        if (random() % 8 == 0) spin_a_moment(random);
        --*inside;
        rooms.release();
      }
    });
  }
  EXPECT_TRUE(guests.ended(std::chrono::seconds{50}));
  EXPECT_EQ(too_many->load(), 0);
  this->expect_permits(rooms, 3);
}

REGISTER_TYPED_TEST_SUITE_P(SemaphoreSuite, HasItsValueInPermits, RefusesANegativeValue, BlockingOrNot, ReleasingNFreesNWhoWait,
                            WhatNobodyWaitsForIsKept, AnybodyMayRelease, RefusesToReleaseFewerThanOne, ReleasedBeyondItsValue,
                            RacingReleasesBeyondItsValue, NeverMoreInsideThanPermits);

}  // namespace tandem::test
