#pragma once

// What an Event promises. How each wait ends (in time, by its time, by a stop token) is wait_suite.hpp's. Kinds name the type:
//
//     struct Kind : InThreads { using Event = ...; };  // made by default

#include <chrono>
#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class EventSuite : public ::testing::Test {
 protected:
  using Event = typename Kind::Event;
  Event event;
};
TYPED_TEST_SUITE_P(EventSuite);

TYPED_TEST_P(EventSuite, IsAFlagToWaitFor) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(this->event.is_set());
  EXPECT_FALSE(this->event.wait(0s));
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(this->event.wait(time)); });
  this->event.set();
  EXPECT_TRUE(this->event.is_set());
  EXPECT_TRUE(this->event.wait());
  EXPECT_TRUE(this->event.wait(0s)) << "no need to wait, so no need of time";
  EXPECT_TRUE(this->event.wait(-1s));
  EXPECT_TRUE(this->event.is_set()) << "a wait takes nothing away";
  this->event.clear();
  EXPECT_FALSE(this->event.is_set());
  EXPECT_FALSE(this->event.wait(0s));
}

TYPED_TEST_P(EventSuite, IsAFlagAndNotACounter) {
  using namespace std::chrono_literals;
  this->event.set();
  this->event.set();
  this->event.clear();
  EXPECT_FALSE(this->event.wait(0s));
  this->event.clear();
  this->event.set();
  EXPECT_TRUE(this->event.wait(0s));
}

TYPED_TEST_P(EventSuite, SetFreesAllWhoWait) {
  using namespace std::chrono_literals;
  Waiters<TypeParam> waiters;
  const Common<TypeParam, base::Atomic<int>> free{0};
  for (int i = 0; i < 8; ++i) {
    waiters.start([&, i] {
      EXPECT_TRUE(i % 2 == 0 ? this->event.wait(20s) : this->event.wait());
      ++*free;
    });
  }
  ASSERT_TRUE(waiters.asleep(8));
  EXPECT_EQ(free->load(), 0);
  this->event.set();
  EXPECT_TRUE(waiters.ended());
  EXPECT_EQ(free->load(), 8);
  EXPECT_TRUE(this->event.is_set());
}

// As in Python, whose waiters do not look at the flag again once they were notified.
TYPED_TEST_P(EventSuite, SetThenClearFreesAllWhoWaited) {
  using namespace std::chrono_literals;
  for (int round = 0; round < rounds(100); ++round) {
    Waiters<TypeParam> waiters;
    for (int i = 0; i < 4; ++i) waiters.start([&] { EXPECT_TRUE(this->event.wait(20s)); });
    ASSERT_TRUE(waiters.asleep(4));
    this->event.set();
    this->event.clear();
    ASSERT_TRUE(waiters.ended()) << "in round " << round;
  }
  EXPECT_FALSE(this->event.wait(0s));
}

// A flag that is cleared again and again frees, at each set(), those who came before it and nobody else.
TYPED_TEST_P(EventSuite, AClearedFlagStopsThoseWhoCome) {
  using namespace std::chrono_literals;
  Waiters<TypeParam> early;
  Waiters<TypeParam> late;
  ASSERT_TRUE(early.start_asleep([&] { EXPECT_TRUE(this->event.wait(20s)); }));
  this->event.set();
  this->event.clear();
  ASSERT_TRUE(early.ended());
  ASSERT_TRUE(late.start_asleep([&] { EXPECT_TRUE(this->event.wait(20s)); }));
  this->event.clear();
  EXPECT_TRUE(late.asleep(1)) << "clearing frees nobody";
  this->event.set();
  EXPECT_TRUE(late.ended());
}

TYPED_TEST_P(EventSuite, WhatCameBeforeSetIsSeenAfterWait) {
  const Common<TypeParam, int> plain{0};  // no atomic: TSan proves the order
  typename TestFixture::Event answered;
  Waiters<TypeParam> other;
  const int last = rounds(2000);
  other.start([&] {
    for (int i = 0; i < last; ++i) {
      this->event.wait();
      this->event.clear();
      ++*plain;
      answered.set();
    }
  });
  for (int i = 0; i < last; ++i) {
    ++*plain;
    this->event.set();
    ASSERT_TRUE(answered.wait(std::chrono::seconds{20}));
    answered.clear();
    ASSERT_EQ(*plain, 2 * (i + 1));
  }
  EXPECT_TRUE(other.ended());
}

// The usual way to learn that something is over, on the waiter's stack.
TYPED_TEST_P(EventSuite, MayBeDestroyedByTheOneItFreed) {
  if constexpr (!TypeParam::one_process)
    GTEST_SKIP() << "a forked process has no share in what it inherited, so it must not be gone";
  for (int round = 0; round < rounds(300); ++round) {
    auto done = std::make_unique<typename TestFixture::Event>();
    Waiters<TypeParam> setter;
    setter.start([raw = done.get()] { raw->set(); });
    EXPECT_TRUE(done->wait());
    done.reset();  // set() may not have returned yet; under a sanitizer a touch would show
    EXPECT_TRUE(setter.ended());
  }
}

// A wait that begins while the flag is down answers true only if somebody has raised it since, however many come and go.
TYPED_TEST_P(EventSuite, NobodyIsFreedWithoutASet) {
  static_cast<void>(seed());                              // chosen and printed before the actors ask for it
  const Common<TypeParam, base::Atomic<int>> raised{0};   // counted before each set()
  const Common<TypeParam, base::Atomic<int>> cleared{0};  // counted after each clear()
  const Common<TypeParam, base::Atomic<bool>> over{false};
  const Common<TypeParam, base::Atomic<int>> freed{0};
  Waiters<TypeParam> waiters;
  for (std::uint32_t a = 1; a <= 3; ++a) {
    waiters.start([&, a] {
      Random random = random_engine(a);
      while (!over->load()) {
        const int down = cleared->load();
        const int came = raised->load();
        if (this->event.wait(up_to(std::chrono::microseconds{300}, random)) && down == came) {
          EXPECT_GT(raised->load(), came);
          ++*freed;
        }
      }
    });
  }
  Random random = random_engine();
  for (int i = 0; i < rounds(3000); ++i) {
    spin_a_moment(random);
    ++*raised;
    this->event.set();
    spin_a_moment(random);
    this->event.clear();
    ++*cleared;
  }
  EXPECT_TRUE(eventually([&] {
    ++*raised;
    this->event.set();
    this->event.clear();
    ++*cleared;
    return freed->load() > 0;
  })) << "nobody was ever freed: the test has seen nothing";
  *over = true;
  EXPECT_TRUE(waiters.ended());
}

REGISTER_TYPED_TEST_SUITE_P(EventSuite, IsAFlagToWaitFor, IsAFlagAndNotACounter, SetFreesAllWhoWait, SetThenClearFreesAllWhoWaited,
                            AClearedFlagStopsThoseWhoCome, WhatCameBeforeSetIsSeenAfterWait, MayBeDestroyedByTheOneItFreed,
                            NobodyIsFreedWithoutASet);

}  // namespace tandem::test
