#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/base/deadline.hpp"

namespace tandem::test {

/// Waits until `predicate()` is true, at the latest until `deadline`: for conditions that nobody can wait for in a
/// better way
/// ("the other thread sleeps by now"). Ends as soon as the condition holds, so a generous deadline costs nothing.
///
///     ASSERT_TRUE(eventually([&] { return pool.idle() == 4; }));
template <class Predicate>
[[nodiscard]] ::testing::AssertionResult eventually(Predicate predicate, Deadline deadline = std::chrono::seconds{20}) {
  std::chrono::microseconds pause{50};
  while (!predicate()) {
    // Asked once more behind the deadline: on a busy machine this thread may have been away for longer than it.
    if (deadline.expired()) {
      if (predicate()) break;
      return ::testing::AssertionFailure() << "the condition did not become true in time";
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds{5000});
  }
  return ::testing::AssertionSuccess();
}

}  // namespace tandem::test
