#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tandem/socketserver/options.hpp"

namespace tandem::http {

/// One answered request, for an access log. The texts are valid during the call only.
struct AccessRecord {
  std::string_view peer;    ///< "127.0.0.1:4711"
  std::string_view method;  ///< "-" if the request was not understood
  std::string_view target;  ///< as it came; "-" if the request was not understood
  int status = 0;
  std::uint64_t bytes = 0;              ///< of the body, as queued for sending
  std::chrono::nanoseconds duration{};  ///< from the request's first byte to its answer being queued
};

/// What an http::Server is made with. An aggregate: `Server{{.bind = ":8080", .workers = 4}}`. The order of the fields stays as it
/// is. Fields that are socketserver's, too, are explained there.
struct Options {
  std::string bind = "127.0.0.1:8080";
  socketserver::Model model = socketserver::Model::thread_pool;
  int workers = 0;
  std::size_t max_connections = 10'000;
  /// The whole head of a request must arrive within this time from its first byte; otherwise 408 (against slowloris).
  std::chrono::milliseconds header_timeout = std::chrono::seconds{10};
  /// Between two requests, and before the first one, a connection may be silent for so long; then it is closed without a word.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds{60};
  /// The whole body must arrive within this time from the end of the head; otherwise 408.
  std::chrono::milliseconds body_timeout = std::chrono::seconds{60};
  /// Request line and fields together; more is answered by 414 (the line alone is too long) or 431.
  std::size_t max_head_bytes = 16 * 1024;
  /// More is answered by 413.
  std::uint64_t max_body_bytes = 1024 * 1024;
  std::chrono::milliseconds write_timeout = std::chrono::seconds{10};
  std::chrono::milliseconds flush_timeout = std::chrono::minutes{10};
  std::chrono::milliseconds shutdown_grace = std::chrono::seconds{5};
  /// Called after each answer, by many threads at a time. It must not throw.
  std::function<void(const AccessRecord&)> access_log = {};
  /// The Server field of each answer; empty: none.
  std::string server_name = "tandem";
};

}  // namespace tandem::http
