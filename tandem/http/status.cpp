#include "tandem/http/status.hpp"

#include <algorithm>
#include <iterator>

namespace tandem::http {
namespace {

struct Row {
  int status;
  std::string_view words;
};

constexpr Row table[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};
static_assert(std::is_sorted(std::begin(table), std::end(table), [](const Row& a, const Row& b) { return a.status < b.status; }));

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const Row* row = std::lower_bound(std::begin(table), std::end(table), status, [](const Row& a, int b) { return a.status < b; });
  return row != std::end(table) && row->status == status ? row->words : "Unknown";
}

}  // namespace tandem::http
