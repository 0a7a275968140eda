#pragma once

#include <string_view>

namespace tandem::cli {

/// Writes `text` to stdout, now. Throws std::runtime_error if it could not be written: the disk is full, the reader went away.
void print(std::string_view text);

}  // namespace tandem::cli
