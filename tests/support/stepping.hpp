#pragma once

#include <functional>

#include "tests/support/trace.hpp"

namespace tandem::test {

/// An operation that must not be unsafe to die in at any instruction, and how one sees that it is not.
struct SteppedCase {
  std::function<void()> before = [] {};  ///< Sets the stage, each time anew.
  Operation operation;                   ///< In a child, which is killed.
  std::function<void(bool died)> after;  ///< Looks whether the survivors are well. If it has not died, all was done.
  Watch watch;                           ///< Sees what changes of that which all processes share.
  bool wakes_somebody = false;           ///< It is a failure if in its trace nobody is woken.
  std::size_t deaths = 150;              ///< About so many, see Trace::sample.
};

/// Kills a process in the midst of an operation, again and again: a child for each of the machine instructions that matter, and for
/// some of the others (Trace::sample says which and why). A test calls it and fails if `after` fails.
///
/// It first runs the operation in the calling process, for what a process does only once, like looking up functions of shared
/// libraries; then in a child that comes to its end, whose instructions are written down. With TANDEM_EVERY_INSTRUCTION=1 in the
/// environment it kills at all of them. The test's record has the properties "instructions" and "deaths".
///
/// Not under sanitizers. Only while the calling process has one thread.
void kill_everywhere(const SteppedCase& what);

}  // namespace tandem::test
