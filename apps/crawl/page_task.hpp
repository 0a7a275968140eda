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
  Fetched fetched;  ///< without the body, which only the task needs
  Url final_url;
  HtmlPage html;      ///< empty if it is no HTML
  std::string error;  ///< why it counts as failed; empty if all is well
};

/// Fetches and parses pages for a crawler; many threads at once, each with a Fetcher of its own for the time.
class PageTask {
 public:
  PageTask(FetchOptions fetch, HtmlLimits html);
  ~PageTask();

  PageResult operator()(const Url& url, const std::stop_token& stop);

 private:
  class Lease;

  const FetchOptions fetch_;
  const HtmlLimits html_;
  sync::Lock lock_{"fetchers"};
  std::vector<std::unique_ptr<Fetcher>>
      idle_;  // guarded by lock_; the last used first, as its connection is the most likely to live
};

/// "HTTP 404 Not Found"
std::string status_text(int status);

}  // namespace tandem::crawl
