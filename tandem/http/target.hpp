#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::http {

/// What a request line asks for.
struct Target {
  std::string path;   ///< percent-decoded, beginning with "/"; "*" for OPTIONS *, "host:port" for CONNECT
  std::string query;  ///< what follows the "?", as it came
};

/// Takes a request target apart: "/a%20b?c" or, as sent to proxies, "http://host/a%20b?c". Nothing if it is malformed.
std::optional<Target> parse_target(std::string_view method, std::string_view target);

/// Replaces %41 by A. Nothing if an escape is incomplete or no hexadecimal number, or stands for a zero byte, which would end a
/// file's name early in the eyes of the kernel.
std::optional<std::string> percent_decode(std::string_view text);
/// Escapes all that may not stand in a path as it is; "/" stays.
std::string percent_encode_path(std::string_view path);

}  // namespace tandem::http
