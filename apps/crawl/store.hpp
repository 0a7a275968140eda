#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/crawl/database.hpp"

namespace tandem::crawl {

/// A page that answered, with any status.
struct PageRow {
  std::string url;
  std::string final_url;  ///< behind the redirects
  int status = 0;
  std::string content_type;
  std::uint64_t bytes = 0;
  std::string title;
  int depth = 0;  ///< how many links away from a root
  std::int64_t elapsed_ms = 0;
};

struct LinkRow {
  std::string target;
  bool in_scope = false;
};

/// What became known about one URL; written as a whole or not at all.
struct Record {
  PageRow page;
  bool answered = false;       ///< whether there is a page to write at all
  std::string error;           ///< written if not empty: no answer, a status of 400 or more, a page that could not be read
  std::vector<LinkRow> links;  ///< from page.final_url
};

struct CrawlRow {
  std::vector<std::string> roots;
  int fetchers = 0;
};

/// The database of crawls, an SQLite file with the tables
/// - crawls(id, started, finished, roots, fetchers, ended_by, pages, failed): one row for each run; times are UTC, ISO 8601;
/// finished
///   and ended_by are NULL while it runs, and stay so if it was killed;
/// - pages(crawl, url, final_url, status, content_type, bytes, title, depth, elapsed_ms): what answered;
/// - links(crawl, source, target, in_scope): each target once for each page that has it;
/// - errors(crawl, url, reason): what did not answer, or not well.
/// A new crawl into an old file adds to it. Other programs may read at any time (WAL).
///
/// A thread of its own writes, and commits at least every half a second: a crawl that is killed loses at most that much. Between
/// commits the file is unlocked. add() waits while too much is still unwritten. When writing fails (a full disk), the next call
/// throws DatabaseError, and so do all that follow.
///
/// To be used by one thread at a time. The destructor commits what was added, and leaves the crawl marked as unfinished unless
/// finish() was called.
class Store {
 public:
  /// Opens or makes `path`, and begins a crawl. Throws DatabaseError if it cannot be written, is no database, or is another
  /// program's.
  Store(const std::string& path, const CrawlRow& crawl);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// The new crawl's id.
  std::int64_t crawl() const noexcept;

  void add(Record record);
  /// A page turned out to be nearer to a root than its row says.
  void correct_depth(std::string url, int depth);
  /// Throws DatabaseError if something could not be written so far.
  void check();
  /// Writes all that is left and how the crawl ended ("complete", "interrupted" ...). Afterwards nothing may be added.
  void finish(const std::string& ended_by, std::uint64_t pages, std::uint64_t failed);

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace tandem::crawl
