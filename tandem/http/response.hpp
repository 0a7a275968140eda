#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/http/headers.hpp"
#include "tandem/socketserver/output.hpp"

namespace tandem::http {

/// What a handler gives back. The server adds Date, Server, Content-Length and Connection.
struct Response {
  int status = 200;
  std::string reason = {};  ///< empty: the usual words for the status
  Headers headers = {};
  std::string body = {};
  std::optional<socketserver::FileSlice> file = {};  ///< instead of `body`

  std::uint64_t length() const noexcept { return file ? file->length : body.size(); }

  /// UTF-8 text, as it is.
  static Response text(std::string body, int status = 200);
  /// An error in words for people: "404 Not Found: DETAIL". Browsers show it as text, so that nothing in it becomes part of a page.
  static Response error(int status, std::string_view detail);
  /// Sends the client to `location`, which must be encoded already.
  static Response redirect(int status, std::string_view location);
};

}  // namespace tandem::http
