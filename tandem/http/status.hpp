#pragma once

#include <string_view>

namespace tandem::http {

/// The usual words for a status: "Not Found"; "Unknown" if there are none.
std::string_view reason_phrase(int status) noexcept;

}  // namespace tandem::http
