#pragma once

#include "tandem/platform/fd.hpp"

namespace tandem::multiprocessing {

/// All that a process does which the zygote has forked: hears from its parent through `channel` who it is, becomes that, runs what
/// it is there for, and ends the process.
[[noreturn]] void child_main(platform::Fd channel);

}  // namespace tandem::multiprocessing
