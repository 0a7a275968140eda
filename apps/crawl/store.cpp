#include "apps/crawl/store.hpp"

#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t application_id = 0x74646D63;  // "tdmc": tells our files from other programs'
constexpr std::int64_t schema_version = 1;
constexpr auto collecting_time = 300ms;       // half a second is promised; writing and the commit take time, too
constexpr std::size_t unwritten_limit = 256;  // records

constexpr const char* schema = R"(
CREATE TABLE crawls(
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  finished TEXT,
  roots TEXT NOT NULL,
  fetchers INTEGER NOT NULL,
  ended_by TEXT,
  pages INTEGER,
  failed INTEGER);
CREATE TABLE pages(
  crawl INTEGER NOT NULL REFERENCES crawls(id),
  url TEXT NOT NULL,
  final_url TEXT NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  title TEXT NOT NULL,
  depth INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  PRIMARY KEY(crawl, url)) WITHOUT ROWID;
CREATE TABLE links(
  crawl INTEGER NOT NULL REFERENCES crawls(id),
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  in_scope INTEGER NOT NULL);
CREATE TABLE errors(
  crawl INTEGER NOT NULL REFERENCES crawls(id),
  url TEXT NOT NULL,
  reason TEXT NOT NULL);
)";

/// Ends in ROLLBACK unless it is committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_{database} {
    // IMMEDIATE takes the write lock now, with the busy time-out; a later upgrade would fail at once if another crawl had written.
    database_.execute("BEGIN IMMEDIATE");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (!database_.in_transaction()) return;
    try {
      database_.execute("ROLLBACK");
    } catch (const std::exception&) {  // NOLINT: what failed before is being reported; closing the file rolls back as well
    }
  }
  void commit() { database_.execute("COMMIT"); }

 private:
  Database& database_;
};

std::int64_t pragma(Database& database, std::string_view name) {
  Statement query{database, "PRAGMA " + std::string{name}};
  return query.step() ? query.integer(0) : 0;
}

void prepare_schema(Database& database) {
  // Reading anything is what makes SQLite look at the file: a folder or a picture is found out here, before it is touched.
  const auto id = pragma(database, "application_id");
  if (id != application_id && pragma(database, "schema_version") != 0) {
    throw DatabaseError("'" + database.path() + "' is another program's database: choose another file");
  }
  if (id == application_id && pragma(database, "user_version") != schema_version) {
    throw DatabaseError("'" + database.path() + "' was made by another version of this program: choose another file");
  }
  database.execute("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = NORMAL");
  const Transaction transaction{database};
  if (pragma(database, "application_id") != application_id) {  // once more: another crawl may have been quicker
    database.execute(schema);
    database.execute("PRAGMA application_id = " + std::to_string(application_id));
    database.execute("PRAGMA user_version = " + std::to_string(schema_version));
  }
  database.execute("COMMIT");
}

struct Depth {
  std::string url;
  int depth;
};

using Item = std::variant<Record, Depth>;

}  // namespace

/// The database, and the thread that has it to itself from start() to the end.
class Store::Writer {
 public:
  Writer(const std::string& path, const CrawlRow& crawl) : database_{path} {
    prepare_schema(database_);
    begin_crawl(crawl);
    thread_.emplace([this] { write_all(); });
    thread_->name("store");
    thread_->start();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { drain(); }

  std::int64_t crawl() const noexcept { return crawl_; }

  void put(Item item) {
    try {
      items_.put(std::move(item));
    } catch (const queue::ShutDown&) {
      check();  // says why: the writer had failed
      throw;
    }
  }

  void check() {
    const std::scoped_lock hold{lock_};
    if (failure_) std::rethrow_exception(failure_);
  }

  void finish(const std::string& ended_by, std::uint64_t pages, std::uint64_t failed) {
    drain();
    check();
    Statement update{database_,
                     "UPDATE crawls SET finished = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ended_by = ?, pages = ?, failed = ? "
                     "WHERE id = ?"};
    update.bind(1, ended_by).bind(2, static_cast<std::int64_t>(pages)).bind(3, static_cast<std::int64_t>(failed)).bind(4, crawl_);
    update.run();
  }

 private:
  void begin_crawl(const CrawlRow& crawl) {
    std::string roots;
    for (const auto& root : crawl.roots) roots += (roots.empty() ? "" : " ") + root;
    Statement insert{database_,
                     "INSERT INTO crawls(started, roots, fetchers) VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?)"};
    insert.bind(1, roots).bind(2, crawl.fetchers).run();
    crawl_ = database_.last_row_id();
  }

  /// The thread writes what was put so far, and ends.
  void drain() noexcept {
    items_.shutdown();
    thread_.reset();  // joins
  }

  void write_all() {
    try {
      Statements statements{database_};
      while (auto first = items_.try_get(Deadline::never())) write_batch(statements, collect(std::move(*first)));
    } catch (...) {
      {
        const std::scoped_lock hold{lock_};
        failure_ = std::current_exception();
      }
      items_.shutdown(true);  // who waits for room learns that there will be none
    }
  }

  struct Statements {
    explicit Statements(Database& database)
        : page{database, "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"},
          link{database, "INSERT INTO links VALUES (?, ?, ?, ?)"},
          error{database, "INSERT INTO errors VALUES (?, ?, ?)"},
          depth{database, "UPDATE pages SET depth = ? WHERE crawl = ? AND url = ?"} {}
    Statement page;
    Statement link;
    Statement error;
    Statement depth;
  };

  /// What comes within the collecting time, `first` included. No transaction is open meanwhile: another crawl into the same file
  /// that waits for the lock would never get it if it were free for an instant only.
  std::vector<Item> collect(Item first) {
    std::vector<Item> batch;
    batch.push_back(std::move(first));
    const Deadline due = collecting_time;
    while (batch.size() < unwritten_limit) {
      auto item = items_.try_get(due);
      if (!item) break;
      batch.push_back(std::move(*item));
    }
    return batch;
  }

  void write_batch(Statements& statements, const std::vector<Item>& batch) {
    Transaction transaction{database_};
    for (const Item& item : batch) {
      std::visit([&](const auto& what) { write(statements, what); }, item);
    }
    transaction.commit();
  }

  void write(Statements& statements, const Record& record) {
    const PageRow& page = record.page;
    if (record.answered) {
      statements.page.bind(1, crawl_).bind(2, page.url).bind(3, page.final_url).bind(4, page.status).bind(5, page.content_type);
      statements.page.bind(6, static_cast<std::int64_t>(page.bytes)).bind(7, page.title).bind(8, page.depth);
      statements.page.bind(9, page.elapsed_ms).run();
    }
    if (!record.error.empty()) statements.error.bind(1, crawl_).bind(2, page.url).bind(3, record.error).run();
    statements.link.bind(1, crawl_).bind(2, page.final_url);
    for (const LinkRow& link : record.links) statements.link.bind(3, link.target).bind(4, link.in_scope ? 1 : 0).run();
  }

  void write(Statements& statements, const Depth& depth) {
    statements.depth.bind(1, depth.depth).bind(2, crawl_).bind(3, depth.url).run();
  }

  Database database_;
  std::int64_t crawl_ = 0;
  queue::Queue<Item> items_{unwritten_limit};
  sync::Lock lock_{"store"};
  std::exception_ptr failure_;               // guarded by lock_
  std::optional<threading::Thread> thread_;  // last: joined before what it uses is gone
};

Store::Store(const std::string& path, const CrawlRow& crawl) : writer_{std::make_unique<Writer>(path, crawl)} {}
Store::~Store() = default;

std::int64_t Store::crawl() const noexcept { return writer_->crawl(); }

void Store::add(Record record) { writer_->put(std::move(record)); }
void Store::correct_depth(std::string url, int depth) { writer_->put(Depth{std::move(url), depth}); }
void Store::check() { writer_->check(); }

void Store::finish(const std::string& ended_by, std::uint64_t pages, std::uint64_t failed) {
  writer_->finish(ended_by, pages, failed);
}

}  // namespace tandem::crawl
