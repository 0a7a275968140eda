#pragma once

#include <gtest/gtest.h>

#include "tests/support/holdings.hpp"

namespace tandem::test {

/// Fails each test after which something is left that was not there before it: a child process, a descriptor, a thread,
/// a parked waiter. Looks when the test's fixture has been destroyed, and once more around each test suite for what the
/// suite shares. What leaked once is taken as given from then on, so that one leak does not fail the tests behind it.
class LeakCheck : public ::testing::EmptyTestEventListener {
 public:
  void OnTestSuiteStart(const ::testing::TestSuite& suite) override;
  void OnTestStart(const ::testing::TestInfo& test) override;
  void OnTestEnd(const ::testing::TestInfo& test) override;
  void OnTestSuiteEnd(const ::testing::TestSuite& suite) override;

 private:
  Holdings before_suite_;
  Holdings before_test_;
};

}  // namespace tandem::test
