#pragma once

#include <functional>

namespace tandem::test {

/// Runs `operation` in a forked child, one machine instruction at a time, and kills the child after so many of them: for tests that
/// no instruction of something is unsafe to die at. True if the operation had come to its end before; the child has been reaped
/// then, too. `prepare` runs in the child before, at full speed.
///
///     for (int steps = 1; !ended_within(steps, prepare, operation); ++steps) expect_all_is_well();
///
/// What a process does only once, like looking up functions of shared libraries, adds thousands of steps: do it before, in the
/// parent or in `prepare`. Not under sanitizers. Only while the calling process has one thread. Throws std::system_error, and
/// std::runtime_error if the child ended in another way.
bool ended_within(int steps, const std::function<void()>& prepare, const std::function<void()>& operation);

}  // namespace tandem::test
