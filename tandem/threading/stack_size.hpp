#pragma once

#include <cstddef>

namespace tandem::threading {

/// The stack of threads that are started from now on, in bytes; 0: the system's default. Python: threading.stack_size().
std::size_t stack_size() noexcept;
/// Sets it; gives what it was. Throws std::invalid_argument for less than 32 KiB. (If the system cannot do with what was set,
/// start() says so.)
std::size_t stack_size(std::size_t bytes);

}  // namespace tandem::threading
