#pragma once

// What a Barrier promises. Kinds name the type and its error:
//
//     struct Kind : InThreads { using Barrier = ...; using Broken = BrokenBarrierError; };

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/sync/lock.hpp"
#include "tests/conformance/waiters.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class BarrierSuite : public ::testing::Test {
 protected:
  using Barrier = typename Kind::Barrier;
  using Broken = typename Kind::Broken;
  static constexpr int n = 4;

  /// A party that comes, and whose wait must end with BrokenBarrierError, because of `why`.
  void start_unlucky(std::string_view why) {
    ASSERT_TRUE(parties.start_asleep([this, why] { EXPECT_TRUE(refuses<Broken>([&] { barrier->wait(); }, {why})); }));
  }
  void start_all_but_one_unlucky(std::string_view why) {
    for (int i = 0; i < n - 1; ++i) start_unlucky(why);
  }
  /// That all n meet there, as if nothing had happened to it before.
  void expect_usable() {
    ASSERT_FALSE(barrier->broken());
    ASSERT_EQ(barrier->n_waiting(), 0);
    const Common<Kind, base::Atomic<int>> sum{0};
    for (int i = 0; i < n; ++i) parties.start([&] { *sum += barrier->wait(std::chrono::seconds{20}); });
    ASSERT_TRUE(parties.ended());
    EXPECT_EQ(sum->load(), n * (n - 1) / 2);
  }
  /// That it refuses everybody, at once, with the reason why.
  void expect_broken(std::string_view why) {
    using namespace std::chrono_literals;
    EXPECT_TRUE(barrier->broken());
    EXPECT_EQ(barrier->n_waiting(), 0);
    EXPECT_TRUE(refuses<Broken>([&] { barrier->wait(); }, {why}));
    EXPECT_TRUE(refuses<Broken>([&] { barrier->wait(20s); }, {why}));
    EXPECT_TRUE(refuses<Broken>([&] { barrier->wait(std::stop_token{}, 20s); }, {why}));
  }

  std::unique_ptr<Barrier> barrier = std::make_unique<Barrier>(n);
  Waiters<Kind> parties;
};
TYPED_TEST_SUITE_P(BarrierSuite);

TYPED_TEST_P(BarrierSuite, LetsAllGoOnWhenTheLastHasCome) {
  using namespace std::chrono_literals;
  const Common<TypeParam, base::Atomic<int>> passed{0};
  EXPECT_EQ(this->barrier->parties(), this->n);
  for (int i = 0; i < this->n - 1; ++i) {
    EXPECT_EQ(this->barrier->n_waiting(), i);
    // The index tells in which order they came.
    ASSERT_TRUE(this->parties.start_asleep([&, i] {
      EXPECT_EQ(i % 2 == 0 ? this->barrier->wait() : this->barrier->wait(20s), i);
      ++*passed;
    }));
  }
  EXPECT_EQ(this->barrier->n_waiting(), this->n - 1);
  EXPECT_EQ(passed->load(), 0);
  EXPECT_EQ(this->barrier->wait(), this->n - 1);
  EXPECT_TRUE(this->parties.ended());
  EXPECT_FALSE(this->barrier->broken());
  EXPECT_EQ(this->barrier->n_waiting(), 0);
}

TYPED_TEST_P(BarrierSuite, OfOnePartyLetsItPass) {
  using namespace std::chrono_literals;
  int acted = 0;
  typename TestFixture::Barrier alone{1, [&] { ++acted; }};
  EXPECT_EQ(alone.wait(), 0);
  EXPECT_EQ(alone.wait(0s), 0);
  EXPECT_EQ(acted, 2);
}

TYPED_TEST_P(BarrierSuite, RefusesToBeForNobody) {
  for (const int few : {0, -1}) {
    EXPECT_TRUE(refuses<std::invalid_argument>([=] { typename TestFixture::Barrier{few}; }, {std::to_string(few), "1 or more"}));
  }
}

// Nobody leaves a round before all have come to it, however quick he is at the next.
TYPED_TEST_P(BarrierSuite, ServesRoundAfterRound) {
  static_cast<void>(seed());  // chosen and printed before the actors ask for it
  const int last = rounds(2000);
  const auto count = static_cast<std::size_t>(this->n);
  CommonRow<TypeParam, int> indices(count * static_cast<std::size_t>(last));  // round by round
  CommonRow<TypeParam, int> plain(count);                                     // no atomics: TSan proves the order
  for (std::size_t me = 0; me < plain.size(); ++me) {
    this->parties.start([&, me] {
      Random random = random_engine(static_cast<std::uint32_t>(me));
      for (int round = 0; round < last; ++round) {
        if (random() % 8 == 0) spin_a_moment(random);
        plain[me] = round;
        indices[count * static_cast<std::size_t>(round) + me] = this->barrier->wait();
        EXPECT_EQ(std::ranges::count(plain, round), this->n) << "it left before all had come";
        this->barrier->wait(std::chrono::seconds{20});
      }
    });
  }
  ASSERT_TRUE(this->parties.ended(std::chrono::seconds{50}));
  for (std::size_t round = 0; round < static_cast<std::size_t>(last); ++round) {
    const auto begin = indices.begin() + static_cast<std::ptrdiff_t>(count * round);
    std::vector<int> of_round(begin, begin + static_cast<std::ptrdiff_t>(count));
    std::ranges::sort(of_round);
    ASSERT_EQ(of_round, (std::vector{0, 1, 2, 3})) << "each has an index of its own";
  }
}

TYPED_TEST_P(BarrierSuite, TheLastRunsTheActionBeforeAnybodyGoesOn) {
  const Common<TypeParam, int> acted{0};  // no atomic: TSan proves the order
  const Common<TypeParam, base::Atomic<std::uint64_t>> actor{0U};
  this->barrier = std::make_unique<typename TestFixture::Barrier>(this->n, [&] {
    ++*acted;
    *actor = TypeParam::me();
  });
  for (int round = 1; round <= 50; ++round) {
    for (int i = 0; i < this->n; ++i) {
      this->parties.start([&] {
        const int index = this->barrier->wait();
        EXPECT_EQ(*acted, round);
        EXPECT_EQ(actor->load() == TypeParam::me(), index == this->n - 1);
      });
    }
    ASSERT_TRUE(this->parties.ended());
  }
}

TYPED_TEST_P(BarrierSuite, AnActionThatThrowsBreaksIt) {
  struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  bool fails = true;
  this->barrier = std::make_unique<typename TestFixture::Barrier>(this->n, [&] {
    if (fails) throw Refused{"no"};
  });
  this->start_all_but_one_unlucky("action");
  EXPECT_THROW(this->barrier->wait(), Refused) << "who ran it gets what it threw";
  EXPECT_TRUE(this->parties.ended());
  this->expect_broken("action");
  fails = false;
  this->barrier->reset();
  this->expect_usable();
}

TYPED_TEST_P(BarrierSuite, TheActionMustNotUseIt) {
  std::vector<bool> refused;
  this->barrier = std::make_unique<typename TestFixture::Barrier>(1, [&] {
    auto& own = *this->barrier;
    refused.push_back(refuses<std::logic_error>([&] { own.wait(); }, {"action"}));
    refused.push_back(refuses<std::logic_error>([&] { own.reset(); }, {"action"}));
    refused.push_back(refuses<std::logic_error>([&] { own.abort(); }, {"action"}));
    refused.push_back(refuses<std::logic_error>([&] { static_cast<void>(own.n_waiting()); }, {"action"}));
    refused.push_back(refuses<std::logic_error>([&] { static_cast<void>(own.broken()); }, {"action"}));
  });
  EXPECT_EQ(this->barrier->wait(), 0);
  EXPECT_EQ(refused, std::vector<bool>(5, true));
  EXPECT_EQ(this->barrier->wait(), 0) << "it is as usable as before";
}

// Surprising, and Python's as well: one who gives up spoils it for all of them, and gets the same error as they.
TYPED_TEST_P(BarrierSuite, ATimeOutBreaksIt) {
  using namespace std::chrono_literals;
  for (int i = 0; i < this->n - 2; ++i) this->start_unlucky("time");
  expect_not_before(
      30ms, [&](auto time) { EXPECT_TRUE(refuses<typename TestFixture::Broken>([&] { this->barrier->wait(time); }, {"time"})); });
  EXPECT_TRUE(this->parties.ended());
  this->expect_broken("time");
  this->barrier->reset();
  this->expect_usable();
}

TYPED_TEST_P(BarrierSuite, HasATimeOutForAllItsWaits) {
  using namespace std::chrono_literals;
  this->barrier = std::make_unique<typename TestFixture::Barrier>(this->n, 30ms);
  expect_not_before(30ms,
                    [&](auto) { EXPECT_TRUE(refuses<typename TestFixture::Broken>([&] { this->barrier->wait(); }, {"time"})); });
  this->expect_broken("time");
  this->barrier->reset();
  expect_not_before(30ms, [&](auto) {
    EXPECT_TRUE(refuses<typename TestFixture::Broken>([&] { this->barrier->wait(std::stop_token{}); }, {"time"}));
  });
  this->barrier->reset();
  this->expect_usable();  // with a time of each wait's own, which goes before it
  // An action may stand beside it.
  typename TestFixture::Barrier with_action{2, [] {}, 1ms};
  EXPECT_THROW(with_action.wait(), typename TestFixture::Broken);
}

// The last to come need not wait, so it passes with no time at all; any other breaks it.
TYPED_TEST_P(BarrierSuite, NoTimeIsEnoughForTheLast) {
  using namespace std::chrono_literals;
  for (int i = 0; i < this->n - 1; ++i) {
    ASSERT_TRUE(this->parties.start_asleep([&] { EXPECT_NO_THROW(this->barrier->wait()); }));
  }
  EXPECT_EQ(this->barrier->wait(0s), this->n - 1);
  EXPECT_TRUE(this->parties.ended());
  EXPECT_THROW(this->barrier->wait(0s), typename TestFixture::Broken);
  this->expect_broken("time");
}

TYPED_TEST_P(BarrierSuite, ResetSendsThoseAwayWhoWait) {
  this->start_all_but_one_unlucky("reset");
  this->barrier->reset();
  EXPECT_TRUE(this->parties.ended());
  this->expect_usable();
  this->barrier->reset();  // nobody is there
  this->expect_usable();
}

TYPED_TEST_P(BarrierSuite, AbortBreaksItUntilReset) {
  this->start_all_but_one_unlucky("abort");
  this->barrier->abort();
  EXPECT_TRUE(this->parties.ended());
  this->expect_broken("abort");
  this->barrier->abort();
  this->expect_broken("abort");
  this->barrier->reset();
  this->expect_usable();
  this->barrier->abort();  // nobody is there, but it counts
  this->expect_broken("abort");
}

TYPED_TEST_P(BarrierSuite, AStopBreaksIt) {
  if constexpr (!TypeParam::one_process) GTEST_SKIP() << stops_stay_at_home;
  using namespace std::chrono_literals;
  for (const bool with_deadline : {true, false}) {
    std::stop_source stop;
    this->start_unlucky("stop");
    ASSERT_TRUE(this->parties.start_asleep([&, with_deadline] {
      const auto wait = [&] { with_deadline ? this->barrier->wait(stop.get_token(), 20s) : this->barrier->wait(stop.get_token()); };
      EXPECT_TRUE(refuses<typename TestFixture::Broken>(wait, {"stop"}));
    }));
    stop.request_stop();
    ASSERT_TRUE(this->parties.ended());
    this->expect_broken("stop");
    this->barrier->reset();
    this->expect_usable();
  }
}

TYPED_TEST_P(BarrierSuite, WithStopRequestedOnlyTheLastPasses) {
  std::stop_source stop;
  stop.request_stop();
  for (int i = 0; i < this->n - 1; ++i) {
    ASSERT_TRUE(this->parties.start_asleep([&] { EXPECT_NO_THROW(this->barrier->wait()); }));
  }
  EXPECT_EQ(this->barrier->wait(stop.get_token()), this->n - 1) << "it need not wait";
  EXPECT_TRUE(this->parties.ended());
  EXPECT_TRUE(refuses<typename TestFixture::Broken>([&] { this->barrier->wait(stop.get_token()); }, {"stop"}));
  this->expect_broken("stop");
}

TYPED_TEST_P(BarrierSuite, MayBeDestroyedWhenAllWaitsHaveReturned) {
  for (int round = 0; round < rounds(300); ++round) {
    auto meeting = std::make_unique<typename TestFixture::Barrier>(2);
    this->parties.start([raw = meeting.get()] { raw->wait(); });
    meeting->wait();
    ASSERT_TRUE(this->parties.ended());
    meeting.reset();
  }
}

// Each of n parties comes once, and time-outs, stops, abort() and reset() come when they like: all of them pass, or none.
TYPED_TEST_P(BarrierSuite, AllPassOrNone) {
  using namespace std::chrono_literals;
  Random random = random_engine();
  int passed_rounds = 0;
  const int last = rounds(600);
  auto patience = 100us;  // of the first party: as much as it takes, here, that they pass about as often as not
  for (int round = 0; round < last; ++round) {
    this->barrier = std::make_unique<typename TestFixture::Barrier>(this->n);
    std::stop_source stop;
    const Common<TypeParam, base::Atomic<int>> passed{0};
    const Common<TypeParam, base::Atomic<int>> broken{0};
    for (int i = 0; i < this->n; ++i) {
      this->parties.start([&, i, stream = static_cast<std::uint32_t>(random())] {
        Random mine = random_engine(stream);
        spin_a_moment(mine);
        const Deadline deadline = i == 0 ? up_to(patience, mine) : 20ms;
        try {
          i == 1 ? this->barrier->wait(stop.get_token(), deadline) : this->barrier->wait(deadline);
          ++*passed;
        } catch (const typename TestFixture::Broken&) {
          ++*broken;
        }
      });
    }
    spin_a_moment(random);
    const std::uint64_t event = random() % 6;
    if (event == 0) this->barrier->abort();
    if (event == 1) this->barrier->reset();
    if (event == 2) stop.request_stop();  // which no other process learns of
    ASSERT_TRUE(this->parties.ended());
    ASSERT_TRUE(*passed == this->n || *broken == this->n) << *passed << " passed, " << *broken << " did not, in round " << round;
    passed_rounds += *passed == this->n;
    if (event > 2) patience = *passed == this->n ? std::max(patience / 2, 50us) : std::min(patience * 2, 20'000us);
  }
  EXPECT_GT(passed_rounds, 0) << "no race at all: it was always broken";
  EXPECT_LT(passed_rounds, last) << "no race at all: it was never broken";
}

REGISTER_TYPED_TEST_SUITE_P(BarrierSuite, LetsAllGoOnWhenTheLastHasCome, OfOnePartyLetsItPass, RefusesToBeForNobody,
                            ServesRoundAfterRound, TheLastRunsTheActionBeforeAnybodyGoesOn, AnActionThatThrowsBreaksIt,
                            TheActionMustNotUseIt, ATimeOutBreaksIt, HasATimeOutForAllItsWaits, NoTimeIsEnoughForTheLast,
                            ResetSendsThoseAwayWhoWait, AbortBreaksItUntilReset, AStopBreaksIt, WithStopRequestedOnlyTheLastPasses,
                            MayBeDestroyedWhenAllWaitsHaveReturned, AllPassOrNone);

}  // namespace tandem::test
