#pragma once

#include <optional>

namespace tandem::platform {

/// Whether `fd` is open on a terminal. Python: os.isatty.
bool is_terminal(int fd) noexcept;
/// How many columns that terminal has at this moment; nothing if it is none, or does not know. Python: os.get_terminal_size.
std::optional<int> terminal_width(int fd) noexcept;

}  // namespace tandem::platform
