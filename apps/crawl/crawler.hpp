#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/crawl/fetcher.hpp"
#include "apps/crawl/parsers.hpp"
#include "apps/crawl/report.hpp"
#include "apps/crawl/url.hpp"
#include "tandem/futures/progress_bar.hpp"

namespace tandem::crawl {

struct CrawlOptions {
  std::vector<Url> roots = {};
  std::string database = "crawl.db";
  Scope::Kind scope = Scope::Kind::host;
  int fetchers = 16;                            ///< threads
  std::optional<int> max_depth = {};            ///< links to follow from a root; 0: only the roots
  std::optional<std::uint64_t> max_pages = {};  ///< to fetch, failed ones included
  FetchOptions fetch = {};
  ParseOptions parse = {};
  futures::ProgressBar::Options progress = {};
  std::ostream* progress_out = nullptr;  ///< nullptr: no progress is shown
};

/// Fetches the roots, the pages that they link to within the scope, and so on, each page once, and writes down what it finds.
///
/// Fetching runs as tasks of a ThreadPoolExecutor, parsing as tasks of a ProcessPoolExecutor; each result comes back by a
/// done-callback, through a queue, to the thread that called run(). That one alone decides what is fetched and talks to the
/// database, so nothing of that is shared. tandem::init() must have been called.
///
///     Report report = Crawler{{.roots = {Url::parse("http://127.0.0.1:8080/")}, .fetchers = 8}}.run();
class Crawler {
 public:
  /// Throws std::invalid_argument if there is no root or a number makes no sense.
  explicit Crawler(CrawlOptions options);

  /// Returns when all is fetched, or within a second after a stop request; what was fetched by then is in the database. Pages that
  /// fail are part of the report. Throws DatabaseError if the database cannot be opened or written, futures::BrokenProcessPool if
  /// there are no parsers to be had, and what starting threads and processes throws.
  Report run(std::stop_token stop = {});

 private:
  CrawlOptions options_;
};

}  // namespace tandem::crawl
