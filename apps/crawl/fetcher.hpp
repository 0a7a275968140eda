#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "apps/crawl/url.hpp"

namespace tandem::crawl {

struct FetchOptions {
  std::uint64_t max_bytes = 16 * 1024 * 1024;         ///< of the body, after decompression
  std::chrono::milliseconds timeout{30'000};          ///< for the whole fetch, redirects included
  std::chrono::milliseconds connect_timeout{10'000};  ///< until connected, name resolution included
  std::chrono::seconds low_speed_time{15};            ///< at most this long below low_speed_limit
  long low_speed_limit = 64;                          ///< bytes per second
  std::string user_agent = "tandem-crawl/0.1";
};

/// What came of one fetch. Either `error` is empty and the page is there, whatever its status, or `error` says in one line why not.
struct Fetched {
  std::string url;           ///< as asked for
  std::string final_url;     ///< behind the redirects; as asked for if there were none or it failed before
  int status = 0;            ///< of the last answer; 0 if there was none
  std::string content_type;  ///< as the server says
  std::string body;
  std::uint64_t bytes = 0;  ///< of the body, after decompression; on an error what had arrived by then
  std::chrono::nanoseconds elapsed{};
  std::string error;
  bool cancelled = false;  ///< ended by the stop token; `error` is "cancelled"
};

/// Fetches pages over http and https, one at a time, keeping connections alive between fetches. To be used by one thread at a
/// time; a crawler has one per worker.
///
/// Defended against hostile servers: a body is cut off at the byte that exceeds the limit, counted after decompression; at most
/// 10 redirects, to http and https only; headers bounded; every phase has its time-out. Never raises a signal of its own.
class Fetcher {
 public:
  explicit Fetcher(FetchOptions options);
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  ~Fetcher();

  /// Ends at once when `stop` is requested, even while nothing arrives. What goes wrong is told in the result; throws
  /// std::bad_alloc and, if libcurl refuses its own options, std::runtime_error.
  Fetched fetch(const Url& url, std::stop_token stop = {});

 private:
  class Transfer;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem::crawl
