#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tandem/base/deadline.hpp"

namespace tandem::futures {

/// What may be said about one task, by `executor.with({...}).submit(...)`.
struct TaskOptions {
  /// How long it may run, from when a worker was given it. Then it is stopped and fails with TaskTimeout.
  std::optional<Deadline::Clock::duration> timeout = {};
  /// How many bytes of memory it may take beyond what its worker had before. Then allocations fail: usually with std::bad_alloc,
  /// which becomes TaskMemoryExceeded.
  std::optional<std::size_t> memory_limit = {};
  /// For errors and displays; empty: its number.
  std::string name = {};
};

}  // namespace tandem::futures
