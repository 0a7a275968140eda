#include "apps/crawl/store.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/unprivileged.hpp"

namespace tandem::crawl {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

Record page(const std::string& url, std::vector<LinkRow> links = {}) {
  Record record;
  record.page = {url, url, 200, "text/html", 1234, "Title of " + url, 1, 5};
  record.answered = true;
  record.links = std::move(links);
  return record;
}

std::int64_t number(const fs::path& path, const std::string& sql) {
  Database database{path.string()};
  Statement query{database, sql};
  return query.step() ? query.integer(0) : -1;
}

std::string word(const fs::path& path, const std::string& sql) {
  Database database{path.string()};
  Statement query{database, sql};
  return query.step() ? query.text(0) : "(no row)";
}

std::string why_not(const fs::path& path) {
  try {
    const Store store{path.string(), {{"http://host/"}, 1}};
    return "opened";
  } catch (const DatabaseError& error) {
    return error.what();
  }
}

TEST(Store, WritesWhatItIsGiven) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  {
    Store store{path.string(), {{"http://host/", "http://other/"}, 7}};
    store.add(page("http://host/", {{"http://host/a", true}, {"http://far/", false}}));
    Record failed;
    failed.page.url = "http://host/a";
    failed.error = "no such host";
    store.add(failed);
    Record missing = page("http://host/b");
    missing.page.status = 404;
    missing.error = "HTTP 404 Not Found";
    store.add(missing);
    store.correct_depth("http://host/b", 0);
    store.finish("complete", 1, 2);
  }
  EXPECT_EQ(word(path,
                 "SELECT url || ' ' || final_url || ' ' || status || ' ' || content_type || ' ' || bytes || ' ' || title || ' ' || "
                 "depth || ' ' || elapsed_ms FROM pages WHERE url = 'http://host/'"),
            "http://host/ http://host/ 200 text/html 1234 Title of http://host/ 1 5");
  EXPECT_EQ(number(path, "SELECT count(*) FROM pages"), 2);
  EXPECT_EQ(number(path, "SELECT depth FROM pages WHERE status = 404"), 0);
  EXPECT_EQ(number(path, "SELECT count(*) FROM errors"), 2);
  EXPECT_EQ(word(path, "SELECT reason FROM errors WHERE url = 'http://host/a'"), "no such host");
  EXPECT_EQ(word(path, "SELECT target FROM links WHERE source = 'http://host/' AND NOT in_scope"), "http://far/");
  EXPECT_EQ(word(path, "SELECT roots || ' ' || fetchers || ' ' || ended_by || ' ' || pages || ' ' || failed FROM crawls"),
            "http://host/ http://other/ 7 complete 1 2");
  EXPECT_EQ(number(path, "SELECT started <= finished FROM crawls"), 1);
}

TEST(Store, ASecondCrawlLosesNothingOfTheFirst) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  for (std::int64_t i = 1; i <= 2; ++i) {
    Store store{path.string(), {{"http://host/"}, 1}};
    EXPECT_EQ(store.crawl(), i);
    store.add(page("http://host/"));
    store.finish("complete", 1, 0);
  }
  EXPECT_EQ(number(path, "SELECT count(DISTINCT crawl) FROM pages"), 2);
  EXPECT_EQ(number(path, "SELECT count(*) FROM crawls WHERE ended_by = 'complete'"), 2);
}

TEST(Store, TwoCrawlsMayWriteAtOnce) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  Store one{path.string(), {{"http://one/"}, 1}};
  Store two{path.string(), {{"http://two/"}, 1}};
  for (int i = 0; i < 200; ++i) {
    one.add(page("http://one/" + std::to_string(i)));
    two.add(page("http://two/" + std::to_string(i)));
  }
  one.finish("complete", 200, 0);
  two.finish("complete", 200, 0);
  EXPECT_EQ(number(path, "SELECT count(*) FROM pages"), 400);
}

TEST(Store, ABusyCrawlLetsOthersWrite) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  Store busy{path.string(), {{"http://busy/"}, 1}};
  std::atomic<bool> enough{false};
  std::jthread crawl{[&] {
    for (std::int64_t i = 0; !enough; ++i) busy.add(page("http://busy/" + std::to_string(i)));
  }};
  // Beginning a crawl takes the write lock: this throws if that was not to be had within SQLite's patience.
  for (int i = 0; i < 3; ++i) {
    Store other{path.string(), {{"http://other/"}, 1}};
    other.add(page("http://other/"));
    EXPECT_NO_THROW(other.finish("complete", 1, 0));
  }
  enough = true;
}

TEST(Store, CommitsWhileTheCrawlGoesOn) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  Store store{path.string(), {{"http://host/"}, 1}};
  store.add(page("http://host/"));
  // What another program can read now is what a kill -9 would leave.
  EXPECT_TRUE(test::eventually([&] { return number(path, "SELECT count(*) FROM pages") == 1; }));
}

TEST(Store, CommitsWhatItHasWhenItIsLeft) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  {
    Store store{path.string(), {{"http://host/"}, 1}};
    for (int i = 0; i < 1000; ++i) store.add(page("http://host/" + std::to_string(i)));
  }
  EXPECT_EQ(number(path, "SELECT count(*) FROM pages"), 1000);
  EXPECT_EQ(number(path, "SELECT finished IS NULL AND ended_by IS NULL FROM crawls"), 1);
}

TEST(Store, TellsAFolder) {
  const TempDir dir;
  EXPECT_EQ(why_not(dir.path()), "'" + dir.path().string() + "' is a folder: give the name of a database file");
}

TEST(Store, TellsAMissingFolder) {
  const TempDir dir;
  EXPECT_EQ(why_not(dir / "none/crawl.db"), "cannot open '" + (dir / "none/crawl.db").string() + "': there is no folder '" +
                                                (dir / "none").string() + "'; make it, or choose another file");
}

TEST(Store, LeavesAloneWhatIsNoDatabase) {
  const TempDir dir;
  const std::string content = "my shopping list, which is longer than the header of a database: " + std::string(100, 'x');
  const auto path = dir.write("list.txt", content);
  EXPECT_EQ(why_not(path), "'" + path.string() + "' is no SQLite database: choose another file, or move this one away");
  std::ostringstream now;
  now << std::ifstream{path}.rdbuf();
  EXPECT_EQ(now.str(), content);
}

TEST(Store, LeavesAloneAnotherProgramsDatabase) {
  const TempDir dir;
  const auto path = dir / "bank.db";
  Database{path.string()}.execute("CREATE TABLE accounts(name); INSERT INTO accounts VALUES ('me')");
  EXPECT_EQ(why_not(path), "'" + path.string() + "' is another program's database: choose another file");
  EXPECT_EQ(number(path, "SELECT count(*) FROM sqlite_schema"), 1);
}

TEST(Store, TellsAReadOnlyFile) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  { const Store store{path.string(), {{"http://host/"}, 1}}; }
  fs::permissions(path, fs::perms::owner_read);
  const test::Unprivileged nobody_special;
  EXPECT_EQ(why_not(path), "cannot write to '" + path.string() + "': it is read-only; choose another file, or make it writable");
}

TEST(Store, TellsAPlaceThatCannotBeWritten) {
  // Nobody can make files there, not even root.
  EXPECT_EQ(why_not("/proc/crawl.db"), "cannot open '/proc/crawl.db' for writing: choose a file that may be written");
}

TEST(Store, StopsWithOneLineWhenItCannotBeWrittenAnyLonger) {
  const TempDir dir;
  const auto path = dir / "crawl.db";
  Store store{path.string(), {{"http://host/"}, 1}};
  store.add(page("http://host/first"));
  ASSERT_TRUE(test::eventually([&] { return number(path, "SELECT count(*) FROM pages") == 1; }));
  std::string what;
  {
    std::int64_t written = 0;
    const Deadline enough = std::chrono::seconds{30};
    Database{path.string()}.execute("DROP TABLE links");  // the next link cannot be written
    try {
      while (!enough.expired()) {
        store.add(page("http://host/" + std::to_string(++written), {{"http://host/x", true}}));
      }
    } catch (const DatabaseError& error) {
      what = error.what();
    }
  }
  EXPECT_NE(what.find(path.string()), std::string::npos) << what;
  EXPECT_THROW(store.check(), DatabaseError) << "and again";
  EXPECT_THROW(store.finish("complete", 0, 0), DatabaseError);
  EXPECT_EQ(number(path, "SELECT count(*) FROM pages WHERE url = 'http://host/first'"), 1) << "what was committed stays";
}

TEST(Database, TellsAFullOne) {
  const TempDir dir;
  const auto path = dir / "full.db";
  Database database{path.string()};
  database.execute("PRAGMA max_page_count = 10; CREATE TABLE t(x)");
  try {
    for (int i = 0; i < 100; ++i) database.execute("INSERT INTO t VALUES (zeroblob(4000))");
    FAIL() << "went on";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.what(), "cannot write to '" + path.string() +
                                "': the disk is full (or the database at its largest size); what was committed before stays");
  }
  EXPECT_GT(number(path, "SELECT count(*) FROM t"), 0);
}

TEST(Database, TakesOddNamesAsTheyAre) {
  const TempDir dir;
  const auto before = fs::current_path();
  fs::current_path(dir.path());
  Database{":memory:"}.execute("CREATE TABLE t(x)");
  Database{"file:x?mode=memory"}.execute("CREATE TABLE t(x)");
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(dir / ":memory:"));
  EXPECT_TRUE(fs::exists(dir / "file:x?mode=memory"));
  EXPECT_THROW(Database{""}, DatabaseError);
}

}  // namespace
}  // namespace tandem::crawl
