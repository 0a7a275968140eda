#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/display.hpp"

namespace tandem::crawl {

/// "16 MiB", "1.5 KiB", "1 byte", "999 bytes".
std::string format_bytes(std::uint64_t bytes);
/// What a user writes: "4096", "64KiB", "16MiB", "1.5 GiB", and "16M" for "16MiB" (powers of 1,024 all of them); nothing for
/// anything else, or what does not fit.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

using base::format_count;
/// "12 ms", "3.4 s", "2:05 min", "1:02:05 h".
std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace tandem::crawl
