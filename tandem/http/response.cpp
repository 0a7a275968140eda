#include "tandem/http/response.hpp"

#include <utility>

#include "tandem/http/status.hpp"

namespace tandem::http {

Response Response::text(std::string body, int status) {
  Response response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

Response Response::error(int status, std::string_view detail) {
  std::string words = std::to_string(status);
  words.append(" ").append(reason_phrase(status)).append(": ").append(detail).append("\n");
  Response response = text(std::move(words), status);
  response.headers.add("X-Content-Type-Options", "nosniff");
  return response;
}

Response Response::redirect(int status, std::string_view location) {
  std::string words{"see "};
  words.append(location);
  Response response = error(status, words);
  response.headers.add("Location", location);
  return response;
}

}  // namespace tandem::http
