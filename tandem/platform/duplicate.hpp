#pragma once

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A second descriptor of what `fd` refers to, close-on-exec, above the standard ones. Throws std::system_error.
Fd duplicate(int fd);

/// /dev/null, for reading and writing, likewise.
Fd open_null();

/// The descriptor itself, or, if it has the number of a standard descriptor that was closed, a duplicate: for what must not be
/// taken for one of those. Throws std::system_error.
Fd above_standard(Fd fd);

}  // namespace tandem::platform
