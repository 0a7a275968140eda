#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// Lets a descriptor stay open when another program is executed; or no longer.
void keep_across_exec(int fd);
void close_across_exec(int fd);

/// Replaces this process's memory by the program anew, as it was when this process began, also if the file has been replaced since:
/// all is as at the beginning of main, but for `arguments`, and for what survives execve: pid, environment, ignored and blocked
/// signals, descriptors that are kept. Throws std::system_error.
[[noreturn]] void execute_self(const std::vector<std::string>& arguments);

/// SIGALRM ends this process in that time, also if another program is executed meanwhile; not any more after call_off_end().
void end_in(std::chrono::seconds time) noexcept;
void call_off_end() noexcept;
/// Until then, SIGALRM calls `last_words`, which may only do what a signal handler may.
void on_end(void (*last_words)(int signal)) noexcept;

/// Writes to stderr as it is, past stdio; for signal handlers and the very end. Nobody may be there to read it.
void write_to_stderr(const char* text) noexcept;

}  // namespace tandem::platform
