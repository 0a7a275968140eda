#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Text for people to look at.
namespace tandem::base {

/// How many columns of a terminal valid UTF-8 takes, counting one per character.
std::size_t columns(std::string_view text) noexcept;

/// "4,389".
std::string format_count(std::uint64_t count);

}  // namespace tandem::base
