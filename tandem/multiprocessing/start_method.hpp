#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tandem::multiprocessing {

/// How a new process comes into being; see context.hpp.
enum class StartMethod : std::uint32_t {
  forkserver,  ///< as a copy of the fork server, which is what the program was in the first line of main
  spawn,       ///< by executing the program anew: its statics are initialised once more, and its main runs up to init()
  fork,        ///< as a copy of the process that starts it, with all that this has in memory
};

/// "forkserver", "spawn", "fork". Python: Context.get_start_method.
std::string_view name_of(StartMethod method) noexcept;
/// The way back. Throws std::invalid_argument, with a list, for what is no start method of tandem's.
StartMethod start_method_of(std::string_view name);

/// What processes, and workers of pools, are started by that were not asked for from a context; "forkserver" until
/// set_start_method(). Processes that this one starts begin with the same. A pool that is made while it is "fork" throws
/// std::invalid_argument, as that is not for pools. From any thread.
std::string_view get_start_method() noexcept;
/// Throws std::invalid_argument for an unknown name; and std::logic_error if it was called before, unless `force`: what was started
/// until then was started otherwise. Python: set_start_method (RuntimeError).
void set_start_method(std::string_view name, bool force = false);
/// The default first.
std::vector<std::string_view> get_all_start_methods();

/// What set_start_method() has set; for whoever makes processes, and for new ones, which take it over.
StartMethod default_start_method() noexcept;
void adopt_start_method(StartMethod method) noexcept;

}  // namespace tandem::multiprocessing
