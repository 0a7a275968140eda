#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace tandem::test {

/// After how many of its instructions `operation` has changed what all processes share: what `stands_there` answers is compared
/// after each. For whoever survives, a death behind any other instruction is one behind the change before it, but for the system
/// calls in between; hence the last instruction before each change belongs to them, too, and the first and the last of all.
/// Ascending.
///
/// Runs `operation` once, in a forked child, behind `prepare`, instruction by instruction; as ended_within() in stepping.hpp, for
/// which the answer is meant.
std::vector<int> change_points(const std::function<void()>& prepare, const std::function<void()>& operation,
                               const std::function<std::uint64_t()>& stands_there);

/// A number for all that stands in the arena: the states of the shared objects, and the first page of each one's window.
std::uint64_t arena_contents();

}  // namespace tandem::test
