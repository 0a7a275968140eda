// Events between processes. What they promise as events is in tests/conformance.

#include "tandem/multiprocessing/event.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

TEST(SharedEvent, FreesAllProcessesThatWait) {
  mp::Event go;
  for (const bool cleared_at_once : {false, true}) {
    std::vector<Child> runners;
    for (int i = 0; i < 20; ++i) runners.emplace_back([&] { return go.wait(20s) ? 0 : 1; });
    for (const Child& runner : runners) ASSERT_TRUE(runner.asleep());
    go.set();
    if (cleared_at_once) go.clear();
    for (Child& runner : runners) EXPECT_EQ(runner.wait(), 0);
    EXPECT_NE(go.is_set(), cleared_at_once);
    go.clear();
  }
}

TEST(SharedEvent, DeadWaitersAreNothingToIt) {
  mp::Event go;
  Child victim{[&] { return go.wait() ? 0 : 1; }};
  Child survivor{[&] { return go.wait(20s) ? 0 : 1; }};
  ASSERT_TRUE(victim.asleep());
  ASSERT_TRUE(survivor.asleep());
  victim.kill();
  go.set();
  EXPECT_EQ(survivor.wait(), 0);
}

TEST(SharedEvent, IsAnArgument) {
  mp::Event asked;
  mp::Event answered{"answered"};
  mp::Process process{[](mp::Event question, mp::Event answer) {
                        if (question.wait(20s)) answer.set();
                      },
                      asked, answered};
  process.start();
  EXPECT_FALSE(answered.is_set());
  asked.set();
  EXPECT_TRUE(answered.wait(20s));
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
}

}  // namespace
}  // namespace tandem::test
