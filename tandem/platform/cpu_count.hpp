#pragma once

#include <filesystem>
#include <optional>

namespace tandem::platform {

/// How many processors this thread may run on: sched_getaffinity. At least 1.
int usable_processors() noexcept;

/// How much processor time the control groups of this process give it, in processors: 1.5 is one and a half at a time. The least of
/// what it and the groups above it allow, under cgroup v2 and v1; nothing if none sets a limit, or they cannot be read. `root` is
/// where the file system begins, for tests.
std::optional<double> processor_quota(const std::filesystem::path& root = "/");

/// How many processors are worth while to have busy: those that this thread may run on, but no more than the control groups give
/// time for, rounded up. At least 1.
int cpu_count(const std::filesystem::path& root = "/");

}  // namespace tandem::platform
