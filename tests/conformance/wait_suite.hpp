#pragma once

// How a wait may end, whatever it waits for: by getting it, by its deadline, by a stop token; and what must hold when two of these
// come at the same moment. Kinds are made by default with nothing to be had, and say how one waits:
//
//     struct Kind : InThreads {
//       bool wait(auto... how);  // with (Deadline), (stop_token) or (stop_token, Deadline); whether it got it
//       void provide();          // lets one who waits have it, or, if nobody does, the next who comes
//       static constexpr bool for_all = false;
//     };
//
// What is for_all is provided to all who wait and come; such a kind has a withdraw(), too, which ends that. provide() is called
// again only after a wait has got it, and after withdraw().

#include <chrono>
#include <cstdint>
#include <stop_token>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class WaitSuite : public ::testing::Test {
 protected:
  WaitSuite() { stop_requested.request_stop(); }
  std::stop_token stopped() const { return stop_requested.get_token(); }
  /// After a wait that got it: there is nothing to be had again.
  void used_up() {
    if constexpr (Kind::for_all) kind.withdraw();
    EXPECT_FALSE(kind.wait(Deadline::passed())) << "what one waiter had was still there";
  }
  /// That it waits and gets what is provided, as if nothing had happened to it before.
  void expect_usable() {
    Waiters<Kind> waiter;
    ASSERT_TRUE(waiter.start_asleep([this] { EXPECT_TRUE(kind.wait(Deadline{std::chrono::seconds{20}})); }));
    kind.provide();
    ASSERT_TRUE(waiter.ended());
    used_up();
  }

  Kind kind;
  std::stop_source stop_requested;
  std::stop_source never;  // where nobody requests it
};
TYPED_TEST_SUITE_P(WaitSuite);

TYPED_TEST_P(WaitSuite, NeedNotSleepForWhatIsThere) {
  using namespace std::chrono_literals;
  for (const Deadline deadline : {Deadline::never(), Deadline::passed(), Deadline{0s}, Deadline{-1h}, Deadline{20s}}) {
    this->kind.provide();
    EXPECT_TRUE(this->kind.wait(deadline));
    this->used_up();
    this->kind.provide();
    EXPECT_TRUE(this->kind.wait(std::stop_token{}, deadline));
    this->used_up();
    this->kind.provide();
    EXPECT_TRUE(this->kind.wait(this->stopped(), deadline)) << "with stop requested it still tries once";
    this->used_up();
  }
}

TYPED_TEST_P(WaitSuite, GivesUpAtItsTimeAndNotBefore) {
  using namespace std::chrono_literals;
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(this->kind.wait(Deadline{time})); });
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(this->kind.wait(this->never.get_token(), Deadline{time})); });
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(this->kind.wait(std::stop_token{}, Deadline{time})); });
  expect_not_before(1500us, [&](auto time) { EXPECT_FALSE(this->kind.wait(Deadline{time})); });
  this->expect_usable();
}

TYPED_TEST_P(WaitSuite, OnlyTriesWhenItsTimeHasPassed) {
  using namespace std::chrono_literals;
  Waiters<TypeParam> waiter;
  waiter.start([&] {
    for (const Deadline over : {Deadline::passed(), Deadline{0s}, Deadline{-1ns}, Deadline{std::chrono::hours::min()}}) {
      EXPECT_FALSE(this->kind.wait(over));
      EXPECT_FALSE(this->kind.wait(this->never.get_token(), over));
    }
  });
  EXPECT_TRUE(waiter.ended(10s)) << "it waits for what is over";
}

// A time-out that no clock can hold is no time-out, and not one that has passed.
TYPED_TEST_P(WaitSuite, IsPatient) {
  for (const Deadline deadline : {Deadline::never(), Deadline{std::chrono::hours::max()}, Deadline{std::chrono::years{1000}}}) {
    Waiters<TypeParam> waiter;
    ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_TRUE(this->kind.wait(deadline)); }));
    this->kind.provide();
    ASSERT_TRUE(waiter.ended());
    this->used_up();
    ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_TRUE(this->kind.wait(this->never.get_token(), deadline)); }));
    this->kind.provide();
    ASSERT_TRUE(waiter.ended());
    this->used_up();
  }
}

TYPED_TEST_P(WaitSuite, EachOfManyHasItsTurn) {
  constexpr int actors = 5;
  const Common<TypeParam, base::Atomic<int>> had{0};
  Waiters<TypeParam> waiters;
  for (int a = 0; a < actors; ++a) {
    waiters.start([&] {
      EXPECT_TRUE(this->kind.wait(Deadline{std::chrono::seconds{20}}));
      ++*had;
    });
  }
  ASSERT_TRUE(waiters.asleep(actors));
  if constexpr (TypeParam::for_all) {
    this->kind.provide();
  } else {
    for (int turn = 0; turn < actors; ++turn) {
      ASSERT_TRUE(eventually([&] { return had->load() == turn; }));
      ASSERT_TRUE(waiters.asleep(static_cast<std::size_t>(actors - turn))) << "one more was let through";
      this->kind.provide();
    }
  }
  EXPECT_TRUE(waiters.ended());
  EXPECT_EQ(had->load(), actors);
}

TYPED_TEST_P(WaitSuite, StopEndsIt) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  using namespace std::chrono_literals;
  for (const Deadline deadline : {Deadline::never(), Deadline{20s}}) {
    std::stop_source stop;
    Waiters<TypeParam> waiter;
    ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_FALSE(this->kind.wait(stop.get_token(), deadline)); }));
    stop.request_stop();
    ASSERT_TRUE(waiter.ended(10s));
  }
  std::stop_source stop;
  Waiters<TypeParam> waiter;
  ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_FALSE(this->kind.wait(stop.get_token())); })) << "without a deadline it is patient";
  stop.request_stop();
  ASSERT_TRUE(waiter.ended(10s));
  this->expect_usable();
}

TYPED_TEST_P(WaitSuite, StopRequestedBeforeLetsItTryOnly) {
  using namespace std::chrono_literals;
  Waiters<TypeParam> waiter;
  waiter.start([&] {
    EXPECT_FALSE(this->kind.wait(this->stopped()));
    EXPECT_FALSE(this->kind.wait(this->stopped(), Deadline::never()));
    EXPECT_FALSE(this->kind.wait(this->stopped(), Deadline{20s}));
    EXPECT_FALSE(this->kind.wait(this->stopped(), Deadline::passed()));
  });
  EXPECT_TRUE(waiter.ended(10s));
  this->expect_usable();
}

// A token of no source at all: nobody can ever request stop.
TYPED_TEST_P(WaitSuite, AnEmptyTokenStopsNothing) {
  Waiters<TypeParam> waiter;
  ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_TRUE(this->kind.wait(std::stop_token{})); }));
  this->kind.provide();
  EXPECT_TRUE(waiter.ended());
}

TYPED_TEST_P(WaitSuite, OneStopEndsAllWhoTookItsToken) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  std::stop_source stop;
  std::stop_source other;
  Waiters<TypeParam> unaffected;
  ASSERT_TRUE(unaffected.start_asleep([&] { EXPECT_TRUE(this->kind.wait(other.get_token())); }));
  Waiters<TypeParam> waiters;
  for (int i = 0; i < 4; ++i) waiters.start([&] { EXPECT_FALSE(this->kind.wait(stop.get_token())); });
  ASSERT_TRUE(waiters.asleep(4));
  stop.request_stop();
  ASSERT_TRUE(waiters.ended());
  EXPECT_TRUE(unaffected.asleep(1));
  this->kind.provide();
  EXPECT_TRUE(unaffected.ended());
}

TYPED_TEST_P(WaitSuite, StopAfterwardsIsNothingToIt) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  std::stop_source stop;
  std::stop_source other;
  Waiters<TypeParam> waiter;
  ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_TRUE(this->kind.wait(stop.get_token())); }));
  this->kind.provide();
  ASSERT_TRUE(waiter.ended());
  this->used_up();
  ASSERT_TRUE(waiter.start_asleep([&] { EXPECT_TRUE(this->kind.wait(other.get_token())); }));
  stop.request_stop();
  EXPECT_TRUE(waiter.asleep(1));
  this->kind.provide();
  EXPECT_TRUE(waiter.ended());
}

// What comes as the time ends is had, or is still there afterwards.
TYPED_TEST_P(WaitSuite, TimeOutAgainstResult) {
  Random random = random_engine();
  const Common<TypeParam, Handicap> handicap;
  const Common<TypeParam, base::Atomic<int>> begun{0};
  const int last = rounds(1500);
  Waiters<TypeParam> provider;
  provider.start([&] {
    Random mine = random_engine(1);
    for (int round = 1; round <= last; ++round) {
      await_beyond(*begun, round - 1);
      spin_a_moment(mine);
      handicap->hold_first();
      this->kind.provide();
    }
  });
  int in_time = 0;
  for (int round = 1; round <= last; ++round) {
    begun->store(round);
    const Deadline moment = up_to(std::chrono::microseconds{120}, random);
    const bool got = this->kind.wait(moment);
    in_time += got;
    handicap->won(got);
    ASSERT_TRUE(got || this->kind.wait(Deadline{std::chrono::seconds{20}})) << "lost in round " << round;
    this->used_up();
    ASSERT_FALSE(this->HasFailure()) << "in round " << round;
  }
  EXPECT_TRUE(provider.ended());
  this->RecordProperty("in_time", in_time);
  EXPECT_GT(in_time, 0) << "no race at all: the time-out always won";
  EXPECT_LT(in_time, last) << "no race at all: the time-out always lost";
}

// And what comes as stop is requested: the one or the other, never both, never none.
TYPED_TEST_P(WaitSuite, StopAgainstResult) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  Random random = random_engine();
  Handicap handicap;
  base::Atomic<int> begun{0};
  base::Atomic<int> stopping{0};  // in which round a stop was last requested
  std::stop_source stop;
  const int last = rounds(1500);
  Waiters<TypeParam> others;
  others.start([&] {
    Random mine = random_engine(1);
    for (int round = 1; round <= last; ++round) {
      begun.wait(round - 1);
      spin_a_moment(mine);
      handicap.hold_first();
      this->kind.provide();
    }
  });
  others.start([&] {
    Random mine = random_engine(2);
    for (int round = 1; round <= last; ++round) {
      begun.wait(round - 1);
      spin_a_moment(mine);
      handicap.hold_second();
      stop.request_stop();
      stopping.store(round);
      stopping.notify_one();
    }
  });
  int got = 0;
  for (int round = 1; round <= last; ++round) {
    begun.store(round);
    begun.notify_all();
    spin_a_moment(random);
    const bool had = random() % 2 == 0 ? this->kind.wait(stop.get_token())
                                       : this->kind.wait(stop.get_token(), Deadline{std::chrono::seconds{20}});
    got += had;
    handicap.won(had);
    ASSERT_TRUE(had || this->kind.wait(Deadline{std::chrono::seconds{20}})) << "lost in round " << round;
    this->used_up();
    ASSERT_FALSE(this->HasFailure()) << "in round " << round;
    stopping.wait(round - 1);
    stop = std::stop_source{};
  }
  EXPECT_TRUE(others.ended());
  this->RecordProperty("got", got);
  EXPECT_GT(got, 0) << "no race at all: the stop always won";
  EXPECT_LT(got, last) << "no race at all: the stop always lost";
}

// Who gives up must not take the turn of somebody who still waits.
TYPED_TEST_P(WaitSuite, AStopThatMeetsAWakePassesItOn) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  static_cast<void>(seed());
  Handicap handicap;
  for (int round = 0; round < rounds(150); ++round) {
    std::stop_source stop;
    base::Atomic<int> answer{-1};
    Waiters<TypeParam> asked_to_stop;
    Waiters<TypeParam> patient;
    ASSERT_TRUE(asked_to_stop.start_asleep([&] { answer = this->kind.wait(stop.get_token()); }));
    ASSERT_TRUE(patient.start_asleep([&] { EXPECT_TRUE(this->kind.wait(Deadline{std::chrono::seconds{20}})); }));
    base::Atomic<bool> ready{false};
    asked_to_stop.start([&, round] {
      Random mine = random_engine(static_cast<std::uint32_t>(2 * round));
      ready = true;
      spin_a_moment(mine);
      handicap.hold_second();
      stop.request_stop();
    });
    Random random = random_engine(static_cast<std::uint32_t>(2 * round + 1));
    while (!ready.load()) base::cpu_pause();
    spin_a_moment(random);
    handicap.hold_first();
    this->kind.provide();
    ASSERT_TRUE(asked_to_stop.ended());
    handicap.won(answer.load() == 1);
    // If that one had it, the patient one still waits for its turn.
    if (answer.load() == 1 && !TypeParam::for_all) this->kind.provide();
    ASSERT_TRUE(patient.ended()) << "it was forgotten in round " << round;
    this->used_up();
    ASSERT_FALSE(this->HasFailure()) << "in round " << round;
  }
}

REGISTER_TYPED_TEST_SUITE_P(WaitSuite, NeedNotSleepForWhatIsThere, GivesUpAtItsTimeAndNotBefore, OnlyTriesWhenItsTimeHasPassed,
                            IsPatient, EachOfManyHasItsTurn, StopEndsIt, StopRequestedBeforeLetsItTryOnly, AnEmptyTokenStopsNothing,
                            OneStopEndsAllWhoTookItsToken, StopAfterwardsIsNothingToIt, TimeOutAgainstResult, StopAgainstResult,
                            AStopThatMeetsAWakePassesItOn);

}  // namespace tandem::test
