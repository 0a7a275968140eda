#pragma once

#include "tandem/platform/process.hpp"
#include "tandem/remote/channel.hpp"

namespace tandem::multiprocessing {

/// What a worker of a process pool does: takes tasks from the pool's TaskBoard, one by one, until it is sent away.
platform::ExitCode run_pool_worker(remote::Channel channel);

}  // namespace tandem::multiprocessing
