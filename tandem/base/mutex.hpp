#pragma once

#include <mutex>

namespace tandem::base {

/// The operating system's mutex, for the one place that may not be built on sync::Lock: the parking lot, on which that is built
/// itself. Apart, because a checked build (see atomics.hpp) puts one in its place that blocks in the scheduler.
using Mutex = std::mutex;

}  // namespace tandem::base
