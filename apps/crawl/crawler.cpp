#include "apps/crawl/crawler.hpp"

#include <algorithm>
#include <exception>
#include <ostream>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <variant>

#include "apps/crawl/crew.hpp"
#include "apps/crawl/frontier.hpp"
#include "apps/crawl/store.hpp"
#include "apps/crawl/text.hpp"
#include "tandem/base/deadline.hpp"
#include "tandem/futures/errors.hpp"

namespace tandem::crawl {
namespace {

// After a stop request, what was fetched is still parsed: usually a matter of milliseconds. Poisoned pages must not draw that out.
constexpr auto time_to_finish = std::chrono::milliseconds{400};

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
      report_.parsers = crew.parsers();
      crawl(crew, stop);
      crew.end_fetching();
      finish_parsing(crew);
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

  void crawl(Crew& crew, const std::stop_token& stop) {
    // Enough that neither fetchers nor parsers wait for the coordinator; few enough that their bodies fit into memory, and that
    // what is found first is also fetched first.
    const std::size_t most = 2 * static_cast<std::size_t>(options_.fetchers) + 4 * static_cast<std::size_t>(crew.parsers());
    while (!stop.stop_requested()) {
      while (in_flight_ < most) {
        const auto id = frontier_.next();
        if (!id) break;
        crew.fetch(*id, frontier_.page(*id).url);
        ++in_flight_;
      }
      if (in_flight_ == 0) return;
      if (auto arrival = crew.next(next_look())) take(crew, *arrival);
      if (progress_) progress_->update(counts());
      store_.check();
    }
  }

  /// After a stop request: takes what was done by then, and lets what was fetched be parsed.
  void finish_parsing(Crew& crew) {
    Deadline deadline{time_to_finish};
    while (in_flight_ > 0) {
      if (auto arrival = crew.next(deadline)) {
        take(crew, *arrival);
      } else {
        abandoned_ = true;
        crew.abandon_parsing();
        deadline = Deadline::never();  // all that was being parsed fails now
      }
    }
  }

  /// A fetch may last long; a full disk should be noticed, and the bar redrawn, meanwhile.
  Deadline next_look() const {
    const auto second = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    return Deadline{progress_ ? std::min(second, progress_->next_update()) : second};
  }

  futures::ProgressReport counts() const noexcept {
    return {.done = report_.pages + report_.failed, .total = frontier_.found(), .failed = report_.failed};
  }

  void take(Crew& crew, Crew::Arrival& arrival) {
    if (std::holds_alternative<std::monostate>(arrival.done)) return;
    --in_flight_;
    try {
      if (auto* const page = std::get_if<Crew::PageFuture>(&arrival.done)) fetched(crew, arrival.id, *page);
      if (auto* const html = std::get_if<Crew::HtmlFuture>(&arrival.done)) parsed(arrival.id, *html);
    } catch (const DatabaseError&) {
      throw;  // these are the crawl's failures, not the page's
    } catch (const futures::BrokenProcessPool&) {
      throw;
    } catch (const std::exception& failure) {
      fail(arrival.id, clean_text(failure.what(), 300));
    }
  }

  void fetched(Crew& crew, Frontier::Id id, Crew::PageFuture& page) {
    if (page.cancelled()) return;
    PageResult result = std::move(page).result();
    if (result.fetched.cancelled) return;
    if (!result.is_to_parse()) return record(id, result);
    if (abandoned_) return;
    crew.parse(id, std::exchange(result.fetched.body, {}), result.final_url);
    to_parse_.emplace(id, std::move(result));
    ++in_flight_;
  }

  void parsed(Frontier::Id id, Crew::HtmlFuture& html) {
    const auto waiting = to_parse_.extract(id);
    PageResult& result = waiting.mapped();
    if (html.cancelled()) return;
    if (const std::exception_ptr failure = html.exception()) {
      if (abandoned_) return;  // it may be our doing
      result.error = parse_failure(failure, options_.parse);
      ++report_.poisoned_pages;
      if (report_.poisoned.size() < Report::poisoned_length) {
        report_.poisoned.push_back({frontier_.page(id).url.text(), result.error});
      }
    } else {
      result.html = std::move(html).result();
    }
    record(id, result);
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
  std::optional<futures::ProgressBar> progress_;
  Report report_;
  std::vector<std::pair<Frontier::Id, std::string>> failures_;
  std::size_t in_flight_ = 0;                              // pages being fetched or parsed, or waiting for it
  std::unordered_map<Frontier::Id, PageResult> to_parse_;  // of these, the ones that are fetched
  bool abandoned_ = false;                                 // they are parsed no more
  const std::chrono::steady_clock::time_point begin_;
};

}  // namespace

Crawler::Crawler(CrawlOptions options) : options_{std::move(options)} {
  if (options_.roots.empty()) throw std::invalid_argument("Crawler: no root: give at least one URL");
  if (options_.fetchers < 1) throw std::invalid_argument("Crawler: fetchers must be at least 1");
  if (options_.parse.parsers < 0) throw std::invalid_argument("Crawler: parse.parsers must not be negative");
  if (options_.parse.timeout.count() < 1) throw std::invalid_argument("Crawler: parse.timeout must be at least 1 ms");
  if (options_.parse.max_memory < 1) throw std::invalid_argument("Crawler: parse.max_memory must be at least 1 byte");
  if (options_.parse.function == nullptr) throw std::invalid_argument("Crawler: parse.function is null");
  if (options_.max_depth && *options_.max_depth < 0) throw std::invalid_argument("Crawler: max_depth must not be negative");
  if (options_.max_pages && *options_.max_pages < 1) throw std::invalid_argument("Crawler: max_pages must be at least 1");
}

Report Crawler::run(std::stop_token stop) { return Coordinator{options_}.run(stop); }

}  // namespace tandem::crawl
