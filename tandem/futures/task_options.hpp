#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tandem/base/deadline.hpp"

namespace tandem::futures {

/// What may be said about one task, by `executor.with({...}).submit(...)`.
///
///     pool.with({.timeout = 2s, .retries = 3, .backoff = 100ms}).submit(fetch, url)
///
/// An attempt has failed if the task threw, whatever it threw, if it was stopped by its time-out, or if its worker ended. The
/// future learns of the last one only: its result, or what became of it.
struct TaskOptions {
  /// How long an attempt may take, from when a worker was given the task. Then it is stopped and fails with TaskTimeout.
  std::optional<Deadline::Clock::duration> timeout = {};
  /// How often the task is begun again after an attempt that failed. A task that is to be repeated should not mind: of an attempt
  /// that failed anything may have happened. 0 or more.
  int retries = 0;
  /// How long to wait before the first repetition; before each further one twice as long as before the last. Meanwhile the worker
  /// does something else. 0 or more.
  Deadline::Clock::duration backoff = {};
  /// Higher ones are given out first, and equal ones in the order in which they were submitted. Nothing that runs is interrupted.
  int priority = 0;
  /// How many bytes of memory it may take beyond what its worker had before. Then allocations fail: usually with std::bad_alloc,
  /// which becomes TaskMemoryExceeded. 1 or more; beyond all memory there is no limit.
  std::optional<std::size_t> memory_limit = {};
  /// For errors and displays; empty: its number.
  std::string name = {};
};

}  // namespace tandem::futures
