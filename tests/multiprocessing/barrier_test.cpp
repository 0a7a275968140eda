// Barriers between processes, and what becomes of them when a party dies. What they promise as barriers is in tests/conformance.

#include "tandem/multiprocessing/barrier.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

/// What the action of the barrier sees: forked children have it where we have it.
struct Stage {
  base::Atomic<int> acts, actor;
  Flag hang, acting;
};
Stage* stage = nullptr;

void act() {
  ++stage->acts;
  stage->actor = platform::this_pid();
  raise(stage->acting);
  if (stage->hang.load() != 0) wait_for_death();
}

class SharedBarrierTest : public ::testing::Test {
 protected:
  SharedBarrierTest() { stage = &*common; }

  /// A process that waits at `barrier` with nobody else coming, and exits with 0 if that broke, with a text that has `why` in it;
  /// with 1 if all went on. It has come when this returns.
  Child party(std::string why = {}) {
    const int others = barrier.n_waiting();
    Child child{[this, why] {
      try {
        barrier.wait(20s);
      } catch (const mp::BrokenBarrierError& error) {
        return std::strstr(error.what(), why.c_str()) != nullptr ? 0 : 2;
      }
      return 1;
    }};
    EXPECT_TRUE(eventually([&] { return barrier.n_waiting() == others + 1; }));
    EXPECT_TRUE(child.asleep());
    return child;
  }
  /// Whether wait() here breaks, for that reason.
  [[nodiscard]] ::testing::AssertionResult breaks(const std::string& why) {
    try {
      barrier.wait(20s);
    } catch (const mp::BrokenBarrierError& error) {
      if (std::string{error.what()}.find(why) != std::string::npos) return ::testing::AssertionSuccess();
      return ::testing::AssertionFailure() << error.what();
    }
    return ::testing::AssertionFailure() << "it did not break";
  }
  void expect_usable() {
    ASSERT_FALSE(barrier.broken());
    ASSERT_EQ(barrier.n_waiting(), 0);
    Child one = party();
    Child two = party();
    EXPECT_EQ(barrier.wait(20s), 2);
    EXPECT_EQ(one.wait(), 1);
    EXPECT_EQ(two.wait(), 1);
  }

  Common<Stage> common;
  mp::Barrier barrier{3, act};
};

TEST_F(SharedBarrierTest, ProcessesMeetRoundAfterRound) {
  const Common<std::array<int, 3>> where;  // no atomics
  const Common<base::Atomic<int>> indices;
  std::vector<Child> parties;
  constexpr int rounds = 500;
  for (std::size_t me = 0; me < 3; ++me) {
    parties.emplace_back([&, me] {
      for (int round = 1; round <= rounds; ++round) {
        (*where)[me] = round;
        *indices += barrier.wait(20s);
        for (const int other : *where) {
          if (other != round) return 1;
        }
        if (stage->acts != 2 * round - 1) return 2;
        barrier.wait(20s);
      }
      return 0;
    });
  }
  for (Child& party : parties) EXPECT_EQ(party.wait(), 0);
  EXPECT_EQ(indices->load(), rounds * (0 + 1 + 2));
  EXPECT_EQ(stage->acts.load(), 2 * rounds);
}

TEST_F(SharedBarrierTest, BreaksWhenAWaitingPartyDies) {
  for (const std::size_t victim : {0U, 1U}) {
    std::vector<Child> parties;
    parties.push_back(party("died while it waited"));
    parties.push_back(party("died while it waited"));
    const auto begin = Deadline::Clock::now();
    parties[victim].kill();
    EXPECT_EQ(parties[1 - victim].wait(), 0);
    EXPECT_LT(Deadline::Clock::now() - begin, soon);
    EXPECT_TRUE(barrier.broken());
    EXPECT_TRUE(breaks("process " + std::to_string(parties[victim].pid()) + " died"));
    barrier.reset();
    expect_usable();
  }
}

TEST_F(SharedBarrierTest, BreaksWhenItsActorDies) {
  raise(stage->hang);
  Child one = party("died while it ran the barrier's action");
  Child two = party("died while it ran the barrier's action");
  Child last{[this] { return barrier.wait(); }};
  ASSERT_TRUE(raised(stage->acting));
  EXPECT_EQ(stage->actor.load(), last.pid());
  const auto begin = Deadline::Clock::now();
  last.kill();
  EXPECT_EQ(one.wait(), 0);
  EXPECT_EQ(two.wait(), 0);
  EXPECT_LT(Deadline::Clock::now() - begin, soon);
  EXPECT_TRUE(barrier.broken());
  EXPECT_TRUE(breaks("process " + std::to_string(last.pid()) + " died"));
  stage->hang = 0;
  barrier.reset();
  expect_usable();
}

TEST_F(SharedBarrierTest, AStoppedPartyIsNoDeadOne) {
  Child one = party();
  Child two = party();
  one.send(SIGSTOP);
  ASSERT_TRUE(one.stopped());
  two.send(SIGSTOP);
  ASSERT_TRUE(two.stopped());
  two.send(SIGCONT);
  EXPECT_FALSE(eventually([&] { return barrier.broken(); }, 400ms));
  EXPECT_EQ(barrier.wait(20s), 2);
  EXPECT_EQ(two.wait(), 1);
  one.send(SIGCONT);
  EXPECT_EQ(one.wait(), 1) << "it had come, and so has met the others";
}

TEST_F(SharedBarrierTest, OnePartyGivesUpForAll) {
  Child one = party("longer than its time-out");
  EXPECT_THROW(barrier.wait(1ms), mp::BrokenBarrierError);
  EXPECT_EQ(one.wait(), 0);
  barrier.reset();
  Child two = party("abort");
  barrier.abort();
  EXPECT_EQ(two.wait(), 0);
  barrier.reset();
  Child three = party("reset");
  barrier.reset();
  EXPECT_EQ(three.wait(), 0);
  expect_usable();
}

TEST_F(SharedBarrierTest, DeathsBetweenRoundsLeaveNothing) {
  for (int round = 0; round < 60; ++round) {
    Child one = party();
    Child two = party();
    one.send(SIGSTOP);
    ASSERT_TRUE(one.stopped());
    EXPECT_EQ(barrier.wait(20s), 2);
    one.kill();  // it had been let go, and has not left yet
    EXPECT_EQ(two.wait(), 1);
    ASSERT_FALSE(barrier.broken());
  }
  expect_usable();
}

struct HoldsALock {
  void operator()() const {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(lock);
  }
  mp::Lock lock;
};

TEST(SharedBarrierMisuse, RefusesWhatCannotBe) {
  EXPECT_THROW(mp::Barrier(0), std::invalid_argument);
  EXPECT_THROW(mp::Barrier(5000), std::invalid_argument);
  EXPECT_THROW(mp::Barrier(2, HoldsALock{}), std::invalid_argument);
  EXPECT_NO_THROW(mp::Barrier(2, {}, 1s));
  EXPECT_NO_THROW(mp::Barrier(2, 1s));
}

struct Exits {
  void operator()() const { platform::exit_now(code); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(code);
  }
  int code = 0;
};

TEST(SharedBarrierArgument, ArrivesWithItsAction) {
  mp::Barrier barrier{1, Exits{7}};
  mp::Process process{[](mp::Barrier its) { its.wait(); }, barrier};
  process.start();
  EXPECT_TRUE(process.join(20s));
  EXPECT_EQ(process.exitcode(), 7);
  EXPECT_TRUE(barrier.broken()) << "it died in the action";
}

TEST(SharedBarrierArgument, IsWhereProcessesMeet) {
  mp::Barrier barrier{2};
  mp::Process process{[](mp::Barrier its) { platform::exit_now(its.wait(20s)); }, barrier};
  process.start();
  const int mine = barrier.wait(20s);
  EXPECT_TRUE(process.join(20s));
  EXPECT_EQ(mine + process.exitcode().value(), 1);
}

}  // namespace
}  // namespace tandem::test
