#include "tandem/sync/fork_hold.hpp"

#include <atomic>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "tandem/sync/guard.hpp"

namespace tandem::sync {
namespace {

// Named once, for all the time that the test program runs.
constinit Lock first{"first"};
constinit Lock second{"second"};
const bool are_named = (hold_over_forks(first), hold_over_forks(second), true);

TEST(ForkHold, HoldsAllThatWereNamedAndLetsThemGo) {
  ASSERT_TRUE(are_named);
  {
    const ForkHold hold;
    EXPECT_TRUE(first.locked());
    EXPECT_TRUE(second.locked());
  }
  EXPECT_FALSE(first.locked());
  EXPECT_FALSE(second.locked());
}

// Others take them one inside the other, in either order that they have agreed on.
TEST(ForkHold, WaitsForNobodyWhileItHoldsWhatThatOneWants) {
  std::atomic<bool> stop{false};
  std::atomic<int> rounds{0};
  for (auto [outer, inner] : {std::pair{&first, &second}, {&second, &first}}) {
    stop = false;
    rounds = 0;
    std::jthread nests{[&, outer = outer, inner = inner] {
      while (!stop) {
        const Guard hold_outer{*outer};
        const Guard hold_inner{*inner};
        ++rounds;
      }
    }};
    for (int i = 0; i < 2000 || rounds < 100; ++i) {
      const ForkHold hold;
      const int before = rounds;
      EXPECT_TRUE(first.locked() && second.locked());
      EXPECT_EQ(rounds, before) << "nobody else has both";
    }
    stop = true;
  }
}

}  // namespace
}  // namespace tandem::sync
