#pragma once

// A Condition under load: the same kinds as in condition_suite.hpp. Many wait, some of them for a moment only and some until a stop
// is requested, while others notify; a ledger under the condition's lock says at each moment who may be woken and who must be.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stop_token>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class ConditionStressSuite : public ::testing::Test {
 protected:
  using Tickets = ShortList<int, 16>;
  struct Ledger {
    int next_ticket = 0;
    Tickets enlisted;  // who waits and has not been notified, the oldest first
    Tickets due;       // who was notified and has not come back
    int wrong = 0;     // answers that the ledger contradicts
    int woken = 0;
    int gave_up = 0;
  };

  /// One wait, by a deadline that may be close and with a stop that may be requested. Its answer must agree with the ledger.
  bool wait_by_the_ledger(const std::stop_token& stop, Deadline deadline) {
    const std::scoped_lock hold{condition};
    Ledger& its = *ledger;
    const int ticket = its.next_ticket++;
    its.enlisted.push_back(ticket);
    const bool notified = condition.wait(stop, deadline);
    const bool removed = (notified ? its.due : its.enlisted).erase(ticket) == 1;
    its.wrong += !removed || !kind.held();
    ++(notified ? its.woken : its.gave_up);
    return notified;
  }
  /// Notifies the n oldest. False if nobody waits.
  bool notify_by_the_ledger(std::size_t n) {
    const std::scoped_lock hold{condition};
    Ledger& its = *ledger;
    if (its.enlisted.empty()) return false;
    for (std::size_t i = 0; i < n && !its.enlisted.empty(); ++i) {
      its.due.push_back(its.enlisted.front());
      its.enlisted.pop_front();
    }
    if (its.enlisted.empty() && n > 2) {
      condition.notify_all();
    } else {
      condition.notify(n);
    }
    return true;
  }

  Kind kind;
  decltype(kind.condition)& condition = kind.condition;
  const Common<Kind, Ledger> ledger;  // guarded by the condition's lock
};
TYPED_TEST_SUITE_P(ConditionStressSuite);

// Exactly those come back as notified who were the oldest at a notify; a notify that meets a time-out or a stop is not lost, and
// nobody is notified twice or without notify.
TYPED_TEST_P(ConditionStressSuite, EachNotifyReachesTheOldestAndNobodyElse) {
  using namespace std::chrono_literals;
  static_cast<void>(seed());  // chosen and printed before the actors ask for it
  constexpr std::uint32_t actors = 6;
  const Common<TypeParam, base::Atomic<std::uint32_t>> ended{0};
  Waiters<TypeParam> waiters;
  for (std::uint32_t a = 1; a <= actors; ++a) {
    waiters.start([&, a] {
      Random random = random_engine(a);
      for (int i = 0; i < rounds(1500); ++i) {
        const bool hasty = random() % 2 == 0;
        this->wait_by_the_ledger({}, hasty ? Deadline{up_to(100us, random)} : Deadline{20s});
      }
      ++*ended;
    });
  }
  Random random = random_engine();
  while (ended->load() < actors) {
    this->notify_by_the_ledger(1 + random() % 4);
    spin_a_moment(random);
  }
  EXPECT_TRUE(waiters.ended());
  EXPECT_EQ(this->ledger->wrong, 0);
  EXPECT_TRUE(this->ledger->enlisted.empty() && this->ledger->due.empty()) << "a notify was lost";
  EXPECT_GT(this->ledger->gave_up, 0);
  EXPECT_GT(this->ledger->woken, 0);
}

// A stop that meets a notify: the wait answers the one or the other, and a notify that it did not take went to somebody else.
TYPED_TEST_P(ConditionStressSuite, StopAgainstNotify) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  using namespace std::chrono_literals;
  Random random = random_engine();
  Handicap handicap;
  for (int round = 0; round < rounds(400); ++round) {
    std::stop_source stop;
    Waiters<TypeParam> waiters;
    // The first one may be stopped; the second is there for the notify that the first one does not want.
    ASSERT_TRUE(waiters.start_asleep([&] { handicap.won(this->wait_by_the_ledger(stop.get_token(), 20s)); }));
    waiters.start([&] { EXPECT_TRUE(this->wait_by_the_ledger({}, 20s)); });
    Waiters<TypeParam> stopper;
    base::Atomic<bool> ready{false};
    stopper.start([&, stream = static_cast<std::uint32_t>(random())] {
      Random mine = random_engine(stream);
      ready = true;
      spin_a_moment(mine);
      handicap.hold_second();
      stop.request_stop();
    });
    while (!ready.load()) base::cpu_pause();
    spin_a_moment(random);
    handicap.hold_first();
    EXPECT_TRUE(eventually([&] { return this->notify_by_the_ledger(1); }));
    EXPECT_TRUE(stopper.ended());
    // If the first one took it, the second is still there.
    EXPECT_TRUE(eventually([&] {
      const std::scoped_lock hold{this->condition};
      return this->ledger->due.empty();
    }));
    while (!waiters.ended(1ms)) this->notify_by_the_ledger(1);
    ASSERT_EQ(this->ledger->wrong, 0) << "in round " << round;
    ASSERT_TRUE(this->ledger->enlisted.empty() && this->ledger->due.empty()) << "in round " << round;
  }
  EXPECT_GT(this->ledger->gave_up, 0) << "no race at all: the stop always lost";
  EXPECT_GT(this->ledger->woken, rounds(400)) << "no race at all: the stop always won";
}

REGISTER_TYPED_TEST_SUITE_P(ConditionStressSuite, EachNotifyReachesTheOldestAndNobodyElse, StopAgainstNotify);

}  // namespace tandem::test
