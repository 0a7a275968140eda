#include "apps/crawl/crew.hpp"

#include <utility>

namespace tandem::crawl {

Crew::Crew(const CrawlOptions& options, std::stop_token stop)
    : fetch_{options.fetch},
      parsers_{options.parse},
      fetchers_{futures::ThreadPoolOptions{.max_workers = options.fetchers, .thread_name_prefix = "fetch"}},
      on_stop_{std::move(stop), [this] {
                 halt_.request_stop();
                 arrivals_.put({});
               }} {}

Crew::~Crew() {
  end_fetching();
  parsers_.abandon();
}

void Crew::fetch(Frontier::Id id, const Url& url) {
  auto page = fetchers_.submit([this, url] { return fetch_(url, halt_.get_token()); });
  page.add_done_callback([this, id](PageFuture& done) { arrivals_.put({id, done}); });
}

void Crew::parse(Frontier::Id id, std::string html, const Url& url) {
  auto page = parsers_.submit(std::move(html), url);
  page.add_done_callback([this, id](HtmlFuture& done) { arrivals_.put({id, done}); });
}

void Crew::end_fetching() {
  halt_.request_stop();
  fetchers_.shutdown(true, true);
}

}  // namespace tandem::crawl
