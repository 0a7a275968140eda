#pragma once

#include <chrono>

namespace tandem::base {

/// The clock that deadlines are measured by. Apart, because a checked build (see atomics.hpp) puts one in its place whose time
/// passes only when the scheduler says so.
using Clock = std::chrono::steady_clock;

}  // namespace tandem::base
