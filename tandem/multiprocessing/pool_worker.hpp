#pragma once

#include "tandem/platform/process.hpp"
#include "tandem/remote/channel.hpp"

namespace tandem::multiprocessing {

/// What a worker of a process pool does: takes tasks from its channel, one by one, until the pool closes it.
platform::ExitCode run_pool_worker(remote::Channel channel);

}  // namespace tandem::multiprocessing
