#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/crawl/fetcher.hpp"
#include "apps/crawl/html.hpp"
#include "apps/crawl/url.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::crawl {

/// What came of one page.
struct PageResult {
  Fetched fetched;  ///< with the body only if that is still to be parsed
  Url final_url;
  HtmlPage html;      ///< empty if it is no HTML, or not parsed yet
  std::string error;  ///< why it counts as failed; empty if all is well

  bool is_to_parse() const noexcept { return !fetched.body.empty(); }
};

/// Fetches pages for a crawler; many threads at once, each with a Fetcher of its own for the time.
class FetchTask {
 public:
  explicit FetchTask(FetchOptions options);
  ~FetchTask();

  PageResult operator()(const Url& url, const std::stop_token& stop);

 private:
  class Lease;

  const FetchOptions options_;
  sync::Lock lock_{"fetchers"};
  // Guarded by lock_. The last used first, as its connection is the most likely to live.
  std::vector<std::unique_ptr<Fetcher>> idle_;
};

/// "HTTP 404 Not Found"
std::string status_text(int status);

}  // namespace tandem::crawl
