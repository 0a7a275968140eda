#pragma once

/// Python's module concurrent.futures: the Executor concept, Future, wait, as_completed, ThreadPoolExecutor.

#include "tandem/futures/errors.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
