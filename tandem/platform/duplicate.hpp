#pragma once

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A second descriptor of what `fd` refers to, close-on-exec, above the standard ones. Throws std::system_error.
Fd duplicate(int fd);

}  // namespace tandem::platform
