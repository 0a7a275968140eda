#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tandem/base/display.hpp"

namespace tandem::crawl {

/// `text` from a stranger, made safe for a terminal and for a database: what is no valid UTF-8, control characters (escape
/// sequences!) and characters that turn the direction of writing become U+FFFD; white space of any kind and length becomes one
/// space, none at the ends; cut at a character's border to at most `max_bytes` bytes, the last of them "…" if something was cut.
std::string clean_text(std::string_view text, std::size_t max_bytes = 1000);

using base::columns;

/// The first `width` columns of `text`; "…" in the last one if something was cut.
std::string fit_columns(std::string_view text, std::size_t width);

}  // namespace tandem::crawl
