#pragma once

/// Python's module concurrent.futures: the Executor concept, Future, wait, as_completed, ThreadPoolExecutor, ProcessPoolExecutor.

#include "tandem/base/literals.hpp"
#include "tandem/futures/awaitable.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/futures/progress.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/futures/wait.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
