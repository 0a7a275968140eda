#include "apps/crawl/crawler.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "apps/crawl/frontier.hpp"
#include "apps/crawl/page_task.hpp"
#include "apps/crawl/store.hpp"
#include "apps/crawl/text.hpp"
#include "tandem/base/deadline.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/queue/queue.hpp"

namespace tandem::crawl {
namespace {

using PageFuture = futures::Future<PageResult>;

/// What wakes the coordinator: a page that is done, or, without one, a stop request.
struct Arrival {
  Frontier::Id id = 0;
  std::optional<PageFuture> page;
};

/// The fetching threads, with everything that their tasks use. The destructor cancels what has not begun, stops what has, and waits
/// for it, however the crawl ended.
class Crew {
 public:
  Crew(const CrawlOptions& options, std::stop_token stop)
      : task_{options.fetch, options.html},
        pool_{futures::ThreadPoolOptions{.max_workers = options.fetchers, .thread_name_prefix = "fetch"}},
        on_stop_{std::move(stop), [this] {
                   halt_.request_stop();
                   arrivals_.put({});
                 }} {}
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { end(); }

  void submit(Frontier::Id id, const Url& url) {
    auto page = pool_.submit([this, url] { return task_(url, halt_.get_token()); });
    page.add_done_callback([this, id](PageFuture& done) { arrivals_.put({id, done}); });
  }

  /// Nothing if none comes before the deadline.
  std::optional<Arrival> next(Deadline deadline) { return arrivals_.try_get(deadline); }

  /// No more pages begin, and those that have begun end now. Their arrivals can still be taken.
  void end() {
    halt_.request_stop();
    pool_.shutdown(true, true);
  }

 private:
  // In this order: the pool goes before what its tasks and callbacks use, and a stop request finds all of it in place.
  std::stop_source halt_;
  queue::Queue<Arrival> arrivals_;
  PageTask task_;
  futures::ThreadPoolExecutor pool_;
  std::stop_callback<std::function<void()>> on_stop_;
};

/// One run: what the coordinating thread has to itself.
class Coordinator {
 public:
  explicit Coordinator(const CrawlOptions& options)
      : options_{options},
        scope_{options.scope, options.roots},
        frontier_{{.max_depth = options.max_depth.value_or(std::numeric_limits<int>::max()),
                   .max_pages = options.max_pages.value_or(std::numeric_limits<std::uint64_t>::max())}},
        store_{options.database, {.roots = texts(options.roots), .fetchers = options.fetchers}},
        begin_{std::chrono::steady_clock::now()} {
    for (const Url& root : options.roots) {
      if (frontier_.add_root(root)) report_.roots.push_back(root.text());
    }
    report_.fetchers = options.fetchers;
    report_.database = options.database;
    report_.crawl = store_.crawl();
    if (options.progress_out != nullptr) progress_.emplace(*options.progress_out, options.progress);
  }

  Report run(const std::stop_token& stop) {
    {
      Crew crew{options_, stop};
      fetch_all(crew, stop);
      crew.end();
      while (const auto arrival = crew.next(Deadline::passed())) take(*arrival);  // what was done when the stop came
    }
    progress_.reset();
    return finish(stop.stop_requested());
  }

 private:
  static std::vector<std::string> texts(const std::vector<Url>& urls) {
    std::vector<std::string> all;
    for (const Url& url : urls) all.push_back(url.text());
    return all;
  }

  void fetch_all(Crew& crew, const std::stop_token& stop) {
    // Enough that no fetcher waits for the coordinator, few enough that what is found first is also fetched first.
    const std::size_t most = 4 * static_cast<std::size_t>(options_.fetchers);
    while (!stop.stop_requested()) {
      while (in_flight_ < most) {
        const auto id = frontier_.next();
        if (!id) break;
        crew.submit(*id, frontier_.page(*id).url);
        ++in_flight_;
      }
      if (in_flight_ == 0) return;
      if (const auto arrival = crew.next(next_look())) take(*arrival);
      if (progress_) progress_->update(counts());
      store_.check();
    }
  }

  /// A fetch may last long; a full disk should be noticed, and the bar redrawn, meanwhile.
  Deadline next_look() const {
    const auto second = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    return Deadline{progress_ ? std::min(second, progress_->next_update()) : second};
  }

  Counts counts() const noexcept { return {report_.pages + report_.failed, frontier_.found(), report_.failed}; }

  void take(const Arrival& arrival) {
    if (!arrival.page) return;
    --in_flight_;
    if (arrival.page->cancelled()) return;
    try {
      const PageResult& result = arrival.page->result();
      if (!result.fetched.cancelled) record(arrival.id, result);
    } catch (const DatabaseError&) {
      throw;  // the crawl's failure, not the page's
    } catch (const std::exception& failure) {
      fail(arrival.id, clean_text(failure.what(), 300));
    }
  }

  /// The task itself threw: out of memory, most likely.
  void fail(Frontier::Id id, const std::string& reason) {
    Record record;
    record.page.url = frontier_.page(id).url.text();
    record.error = reason;
    count_failure(id, reason);
    store_.add(std::move(record));
  }

  void record(Frontier::Id id, const PageResult& result) {
    const auto& page = frontier_.page(id);
    const Fetched& fetched = result.fetched;
    Record record;
    record.page = {page.url.text(), result.final_url.text(),
                   fetched.status,  fetched.content_type,
                   fetched.bytes,   result.html.title,
                   page.depth,      std::chrono::round<std::chrono::milliseconds>(fetched.elapsed).count()};
    record.answered = fetched.error.empty();
    record.error = result.error;
    if (result.error.empty()) {
      report_.count_page({page.url.text(), fetched.bytes, fetched.elapsed});
      if (is_root(id)) ++report_.roots_fetched;
      follow(id, result, record);
    } else {
      count_failure(id, result.error);
    }
    store_.add(std::move(record));
    frontier_.written(id);
    for (const auto moved : frontier_.take_corrections()) {
      store_.correct_depth(frontier_.page(moved).url.text(), frontier_.page(moved).depth);
    }
  }

  /// Tells the frontier and the record about the links of a page.
  void follow(Frontier::Id id, const PageResult& result, Record& record) {
    Frontier::Id source = id;
    if (result.final_url != frontier_.page(id).url) {
      if (!scope_.contains(result.final_url)) {
        if (is_root(id)) {
          report_.notes.push_back(frontier_.page(id).url.text() + " redirects out of the crawl's scope, to " +
                                  result.final_url.text() + ": crawl that address instead");
        }
        return;
      }
      source = frontier_.redirect(id, result.final_url);
    }
    std::vector<Url> inside;
    for (const Url& link : result.html.links) {
      const bool in_scope = scope_.contains(link);
      record.links.push_back({link.text(), in_scope});
      if (in_scope) inside.push_back(link);
    }
    if (frontier_.expand(source, inside)) {
      report_.links += record.links.size();
      report_.links_in_scope += inside.size();
    } else {
      record.links.clear();  // written already, when another address of this page was fetched
    }
  }

  void count_failure(Frontier::Id id, const std::string& reason) {
    ++report_.failed;
    auto& error = report_.errors[reason];
    if (error.count++ == 0) error.first_url = frontier_.page(id).url.text();
    failures_.emplace_back(id, reason);
    if (is_root(id) && report_.root_error.empty()) report_.root_error = frontier_.page(id).url.text() + ": " + reason;
  }

  /// Roots are the first that the frontier got to know.
  bool is_root(Frontier::Id id) const noexcept { return id < report_.roots.size(); }

  Report finish(bool stopped) {
    for (const auto& [id, reason] : failures_) {
      const auto& page = frontier_.page(id);
      if (page.linked_from == 0) continue;
      report_.broken_links += page.linked_from;
      ++report_.broken_targets;
      if (report_.broken.size() < Report::broken_length) {
        report_.broken.push_back({page.url.text(), reason, frontier_.page(*page.source).url.text(), page.linked_from});
      }
    }
    // A stop request that came when all was done changes nothing.
    const bool left = stopped && report_.pages + report_.failed < frontier_.found();
    report_.ending = left ? Ending::interrupted : frontier_.cut_short() ? Ending::max_pages : Ending::complete;
    report_.duration = std::chrono::steady_clock::now() - begin_;
    store_.finish(to_string(report_.ending), report_.pages, report_.failed);
    return std::move(report_);
  }

  const CrawlOptions& options_;
  const Scope scope_;
  Frontier frontier_;
  Store store_;
  std::optional<Progress> progress_;
  Report report_;
  std::vector<std::pair<Frontier::Id, std::string>> failures_;
  std::size_t in_flight_ = 0;
  const std::chrono::steady_clock::time_point begin_;
};

}  // namespace

Crawler::Crawler(CrawlOptions options) : options_{std::move(options)} {
  if (options_.roots.empty()) throw std::invalid_argument("Crawler: no root: give at least one URL");
  if (options_.fetchers < 1) throw std::invalid_argument("Crawler: fetchers must be at least 1");
  if (options_.max_depth && *options_.max_depth < 0) throw std::invalid_argument("Crawler: max_depth must not be negative");
  if (options_.max_pages && *options_.max_pages < 1) throw std::invalid_argument("Crawler: max_pages must be at least 1");
}

Report Crawler::run(std::stop_token stop) { return Coordinator{options_}.run(stop); }

}  // namespace tandem::crawl
