// What is inside a semaphore: how far its word counts. The rest is in tests/conformance.

#include "tandem/sync/semaphore.hpp"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace tandem::sync {
namespace {

TEST(Semaphore, RefusesMorePermitsThanItsWordHolds) {
  Semaphore semaphore{0};
  semaphore.release(std::numeric_limits<int>::max());
  EXPECT_THROW(semaphore.release(), std::overflow_error);
  EXPECT_TRUE(semaphore.acquire(false)) << "the refused release must have changed nothing";
  EXPECT_NO_THROW(semaphore.release());
  EXPECT_THROW(semaphore.release(), std::overflow_error);
}

TEST(Semaphore, ABoundMayBeAsFarAsItsWordHolds) {
  BoundedSemaphore semaphore{std::numeric_limits<int>::max()};
  EXPECT_THROW(semaphore.release(), std::invalid_argument) << "the bound is said, and not the word's end";
  EXPECT_TRUE(semaphore.acquire(false));
  EXPECT_NO_THROW(semaphore.release());
}

}  // namespace
}  // namespace tandem::sync
