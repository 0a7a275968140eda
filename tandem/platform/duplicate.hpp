#pragma once

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A second descriptor of what `fd` refers to, close-on-exec, above the standard ones. Throws std::system_error.
Fd duplicate(int fd);

/// Whether both are descriptors of the same end of one pipe or socket: its other side sees the end of the line only when both are
/// closed. False for all other files, and for what is closed.
bool is_same_end(int a, int b) noexcept;

/// Closes what `fd` stands for, but its number stays taken until somebody closes that: what uses it meanwhile fails with EBADF, as
/// if it were closed, and does not meet another file there. Throws std::system_error, and it is open as before.
void close_but_keep_number(int fd);

/// /dev/null, for reading and writing, likewise.
Fd open_null();

/// The descriptor itself, or, if it has the number of a standard descriptor that was closed, a duplicate: for what must not be
/// taken for one of those. Throws std::system_error.
Fd above_standard(Fd fd);

}  // namespace tandem::platform
