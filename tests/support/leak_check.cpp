#include "tests/support/leak_check.hpp"

#include <string>

namespace tandem::test {
namespace {

void report(const Holdings& before, const std::string& who) {
  const auto leaks = Holdings::settled(before).beyond(before);
  if (leaks.empty()) return;
  std::string text = who + " left behind:";
  for (const auto& leak : leaks) text += "\n  " + leak;
  ADD_FAILURE() << text;
}

}  // namespace

void LeakCheck::OnTestSuiteStart(const ::testing::TestSuite& /*suite*/) { before_suite_ = Holdings::now(); }

void LeakCheck::OnTestStart(const ::testing::TestInfo& /*test*/) { before_test_ = Holdings::now(); }

void LeakCheck::OnTestEnd(const ::testing::TestInfo& test) {
  report(before_test_, std::string{test.test_suite_name()} + "." + test.name());
}

void LeakCheck::OnTestSuiteEnd(const ::testing::TestSuite& suite) {
  // A suite with a failed test has its explanation already: most likely the same leak.
  if (suite.Passed()) report(before_suite_, std::string{"the suite "} + suite.name());
}

}  // namespace tandem::test
