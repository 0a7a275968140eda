#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "apps/crawl/crawler.hpp"
#include "apps/crawl/fetch_task.hpp"
#include "apps/crawl/frontier.hpp"
#include "apps/crawl/parsers.hpp"
#include "apps/crawl/url.hpp"
#include "tandem/base/deadline.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/queue/queue.hpp"

namespace tandem::crawl {

/// The fetching threads and parsing processes of a crawl, with everything that their tasks use, and the queue through which they
/// answer to the coordinator. One thread at a time.
///
/// The destructor cancels what has not begun, stops what has, and waits for it, however the crawl ended.
class Crew {
 public:
  using PageFuture = futures::Future<PageResult>;
  using HtmlFuture = futures::Future<HtmlPage>;

  /// What wakes the coordinator: a page that is fetched, one that is parsed, or, without either, a stop request.
  struct Arrival {
    Frontier::Id id = 0;
    std::variant<std::monostate, PageFuture, HtmlFuture> done = {};
  };

  /// Throws what starting threads and processes throws. A request of `stop` ends the fetches that have begun, at once.
  Crew(const CrawlOptions& options, std::stop_token stop);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();

  void fetch(Frontier::Id id, const Url& url);
  void parse(Frontier::Id id, std::string html, const Url& url);

  /// Nothing if none comes before the deadline.
  std::optional<Arrival> next(Deadline deadline) { return arrivals_.try_get(deadline); }

  /// No more pages are fetched, and those that have begun end now. Their arrivals can still be taken.
  void end_fetching();
  /// Nothing is parsed any more; likewise.
  void abandon_parsing() { parsers_.abandon(); }

  int parsers() const noexcept { return parsers_.size(); }

 private:
  // In this order: the pools go before what their tasks and callbacks use, and a stop request finds all of it in place.
  std::stop_source halt_;
  queue::Queue<Arrival> arrivals_;
  FetchTask fetch_;
  Parsers parsers_;
  futures::ThreadPoolExecutor fetchers_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace tandem::crawl
