#pragma once

#include <gtest/gtest.h>

#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {

/// A process of its own does `part`, which may fail the test: for what would change the test's own process.
template <class Part>
void in_a_fork(Part part) {
  Child child{[&] {
    part();
    return ::testing::Test::HasFailure() ? 1 : 0;
  }};
  EXPECT_EQ(child.wait(), 0) << "what failed in the forked process is said above";
}

}  // namespace tandem::test
