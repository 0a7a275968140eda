#pragma once

#include <string_view>

namespace tandem::http {

/// The Content-Type for a file, by the ending of its name; text is taken to be UTF-8. Unknown endings are application/octet-stream.
std::string_view mime_type(std::string_view path) noexcept;

}  // namespace tandem::http
