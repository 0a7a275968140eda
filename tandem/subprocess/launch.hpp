#pragma once

#include "tandem/platform/spawn.hpp"
#include "tandem/subprocess/command.hpp"
#include "tandem/subprocess/options.hpp"

namespace tandem::subprocess {

/// A program that runs, and our ends of its pipes.
struct Launched {
  platform::Spawned process;
  platform::Fd in, out, err;
};

/// Throws std::invalid_argument for what cannot be meant, and std::system_error that names the step that failed.
Launched launch(const Command& command, const Options& options);

}  // namespace tandem::subprocess
