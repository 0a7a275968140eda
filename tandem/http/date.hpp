#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::http {

/// HTTP's way to write a moment, given in seconds since 1970 UTC: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t seconds);
/// Now, written at most once a second per thread. Valid until this thread's next call.
std::string_view http_date_now();

}  // namespace tandem::http
