#pragma once

#include <functional>

#include "tests/crash/crash_fixture.hpp"
#include "tests/multiprocessing/shared_contents.hpp"
#include "tests/support/stepping.hpp"

namespace tandem::test {

/// Kills a process at each instruction that matters of an operation, one process for each, and looks each time whether the
/// survivors are well.
class SteppingTest : public CrashTest {
 protected:
  /// `before` sets the stage, `operation` runs in a child, `after(died)` looks what became of it: see kill_everywhere().
  static void at_each_instruction(const std::function<void()>& before, const std::function<void()>& operation,
                                  const std::function<void(bool died)>& after, std::size_t deaths = 150) {
    kill_everywhere({.before = before, .operation = {operation}, .after = after, .watch = watch_shared_contents, .deaths = deaths});
  }
  /// Likewise, of an operation for whose end somebody sleeps by then, and must be woken.
  static void at_each_instruction_of_waking(const std::function<void()>& before, const Operation& operation,
                                            const std::function<void(bool died)>& after) {
    kill_everywhere(
        {.before = before, .operation = operation, .after = after, .watch = watch_shared_contents, .wakes_somebody = true});
  }
};

}  // namespace tandem::test
