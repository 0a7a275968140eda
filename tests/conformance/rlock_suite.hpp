#pragma once

// What an RLock has over what any Lockable has (lockable_suite.hpp): a holder, who may take it again and who alone may release it.
// Kinds name the type:
//
//     struct Kind : InThreads { using RLock = ...; };  // made by default or with a name

#include <chrono>
#include <cstdint>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"
#include "tests/stress/rounds.hpp"
#include "tests/support/random.hpp"

namespace tandem::test {

template <class Kind>
class RLockSuite : public ::testing::Test {
 protected:
  /// Calls `fn` as somebody else, and waits for its end.
  template <class F>
  void elsewhere(F fn) {
    Waiters<Kind> other;
    other.start(fn);
    EXPECT_TRUE(other.ended());
  }

  typename Kind::RLock lock{"tree"};
};
TYPED_TEST_SUITE_P(RLockSuite);

TYPED_TEST_P(RLockSuite, IsFreeWhenReleasedAsOftenAsTaken) {
  EXPECT_FALSE(this->lock.locked());
  for (int level = 0; level < 3; ++level) EXPECT_TRUE(this->lock.acquire());
  for (int level = 0; level < 3; ++level) {
    EXPECT_TRUE(this->lock.locked());
    this->elsewhere([&] { EXPECT_FALSE(this->lock.acquire(false)); });
    this->lock.release();
  }
  EXPECT_FALSE(this->lock.locked());
  this->elsewhere([&] {
    EXPECT_TRUE(this->lock.acquire(false));
    this->lock.release();
  });
}

// Whoever holds it does not wait for itself, in whichever form it asks.
TYPED_TEST_P(RLockSuite, ItsHolderNeverWaits) {
  using namespace std::chrono_literals;
  this->lock.acquire();
  EXPECT_TRUE(this->lock.acquire(false));
  EXPECT_TRUE(this->lock.acquire(0s));
  EXPECT_TRUE(this->lock.acquire(-1s));
  EXPECT_TRUE(this->lock.try_lock());
  EXPECT_TRUE(this->lock.try_lock_for(0ms));
  for (int level = 0; level < 6; ++level) this->lock.release();
  EXPECT_FALSE(this->lock.locked());
}

TYPED_TEST_P(RLockSuite, KnowsItsHolder) {
  EXPECT_FALSE(this->lock.is_owned());
  this->lock.acquire();
  EXPECT_TRUE(this->lock.is_owned());
  this->elsewhere([&] {
    EXPECT_FALSE(this->lock.is_owned());
    EXPECT_TRUE(this->lock.locked()) << "unlike is_owned(), for everybody";
  });
  this->lock.release();
  EXPECT_FALSE(this->lock.is_owned());
}

TYPED_TEST_P(RLockSuite, RefusesAReleaseWithoutAcquire) {
  EXPECT_TRUE(refuses<std::logic_error>([&] { this->lock.release(); }, {"'tree'", "hold"}));
  this->lock.acquire();
  this->lock.release();
  EXPECT_THROW(this->lock.release(), std::logic_error) << "once too often";
  EXPECT_TRUE(this->lock.acquire(false)) << "the refused release must leave it usable";
  this->lock.release();
}

// Unlike a Lock.
TYPED_TEST_P(RLockSuite, RefusesAReleaseByOthers) {
  this->lock.acquire();
  this->elsewhere([&] { EXPECT_TRUE(refuses<std::logic_error>([&] { this->lock.release(); }, {"'tree'", "hold"})); });
  EXPECT_TRUE(this->lock.is_owned()) << "the refused release changed nothing";
  this->lock.release();
  EXPECT_FALSE(this->lock.locked());
}

TYPED_TEST_P(RLockSuite, OthersWaitForTheLastRelease) {
  using namespace std::chrono_literals;
  Waiters<TypeParam> other;
  const Common<TypeParam, base::Atomic<bool>> in{false};
  this->lock.acquire();
  this->lock.acquire();
  ASSERT_TRUE(other.start_asleep([&] {
    EXPECT_TRUE(this->lock.acquire(20s));
    *in = true;
    this->lock.release();
  }));
  this->lock.release();
  EXPECT_TRUE(other.asleep(1)) << "the outer level is still held";
  EXPECT_FALSE(in->load());
  this->lock.release();
  EXPECT_TRUE(other.ended());
}

TYPED_TEST_P(RLockSuite, KeepsCountUnderLoad) {
  static_cast<void>(seed());  // chosen and printed before the actors ask for it
  constexpr int actors = 4;
  const int rounds_each = rounds(3000);
  const Common<TypeParam, long> plain{0};  // no atomic: TSan proves the order
  long expected = 0;
  {
    CommonRow<TypeParam, long> takes(actors);
    Waiters<TypeParam> others;
    for (std::uint32_t a = 0; a < actors; ++a) {
      others.start([&, a] {
        Random random = random_engine(a);
        for (int i = 0; i < rounds_each; ++i) {
          const int depth = 1 + static_cast<int>(random() % 4);
          for (int level = 0; level < depth; ++level) {
            // The first one may give up; its holder may not.
            while (!this->lock.acquire(up_to(std::chrono::microseconds{50}, random))) EXPECT_EQ(level, 0);
            ++*plain;
          }
          takes[a] += depth;
          for (int level = 0; level < depth; ++level) this->lock.release();
        }
      });
    }
    EXPECT_TRUE(others.ended(std::chrono::seconds{50}));
    for (const long n : takes) expected += n;
  }
  EXPECT_EQ(*plain, expected);
  EXPECT_FALSE(this->lock.locked());
}

REGISTER_TYPED_TEST_SUITE_P(RLockSuite, IsFreeWhenReleasedAsOftenAsTaken, ItsHolderNeverWaits, KnowsItsHolder,
                            RefusesAReleaseWithoutAcquire, RefusesAReleaseByOthers, OthersWaitForTheLastRelease,
                            KeepsCountUnderLoad);

}  // namespace tandem::test
