#pragma once

#include <string_view>

namespace tandem::platform {

/// Remembers where main's arguments stand, which is where the kernel looks for the command line of this process and of those that
/// are forked from it.
void remember_arguments(int argc, char** argv) noexcept;

/// What `ps -o comm` shows of this process: the name of its first thread, of which the kernel keeps 15 bytes. From any thread.
void set_process_name(std::string_view name) noexcept;

/// What `ps -o args` and `ps -o comm` show of this process: all of the title, as far as the arguments and the environment had room,
/// and its first 15 bytes. main's argv is overwritten, and so is the environment that the program was started with: for processes
/// that have an environment of their own by now (see Surroundings). Without remember_arguments() only the second is set. From any
/// thread, one at a time.
void set_process_title(std::string_view title) noexcept;

}  // namespace tandem::platform
