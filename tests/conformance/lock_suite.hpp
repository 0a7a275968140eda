#pragma once

// What a Lock has over what any Lockable has (lockable_suite.hpp): it belongs to nobody. Kinds name the type:
//
//     struct Kind : InThreads { using Lock = ...; };  // made by default or with a name

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/conformance/waiters.hpp"

namespace tandem::test {

template <class Kind>
class LockSuite : public ::testing::Test {
 protected:
  typename Kind::Lock lock{"accounts"};
};
TYPED_TEST_SUITE_P(LockSuite);

TYPED_TEST_P(LockSuite, TellsWhetherItIsLocked) {
  EXPECT_FALSE(this->lock.locked());
  EXPECT_TRUE(this->lock.acquire());
  EXPECT_TRUE(this->lock.locked());
  this->lock.release();
  EXPECT_FALSE(this->lock.locked());
}

TYPED_TEST_P(LockSuite, BlockingOrNot) {
  EXPECT_TRUE(this->lock.acquire(true));
  EXPECT_FALSE(this->lock.acquire(false));
  this->lock.release();
  EXPECT_TRUE(this->lock.acquire(false));
  this->lock.release();
}

// Nobody owns it, so not even its holder gets it a second time.
TYPED_TEST_P(LockSuite, ItsHolderWaitsLikeEverybody) {
  using namespace std::chrono_literals;
  this->lock.acquire();
  EXPECT_FALSE(this->lock.acquire(false));
  expect_not_before(20ms, [&](auto time) { EXPECT_FALSE(this->lock.acquire(time)); });
  this->lock.release();
}

TYPED_TEST_P(LockSuite, AnybodyMayRelease) {
  Waiters<TypeParam> others;
  this->lock.acquire();
  others.start([&] { this->lock.release(); });
  EXPECT_TRUE(others.ended());
  EXPECT_TRUE(this->lock.acquire(false));
  this->lock.release();
}

TYPED_TEST_P(LockSuite, RefusesAReleaseWithoutAcquire) {
  EXPECT_TRUE(refuses<std::logic_error>([&] { this->lock.release(); }, {"'accounts'", "acquire"}));
  EXPECT_TRUE(this->lock.acquire(false)) << "the refused release must leave it usable";
  this->lock.release();
  EXPECT_THROW(this->lock.release(), std::logic_error);
  EXPECT_FALSE(this->lock.locked());
}

REGISTER_TYPED_TEST_SUITE_P(LockSuite, TellsWhetherItIsLocked, BlockingOrNot, ItsHolderWaitsLikeEverybody, AnybodyMayRelease,
                            RefusesAReleaseWithoutAcquire);

}  // namespace tandem::test
