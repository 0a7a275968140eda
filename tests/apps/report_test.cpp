#include "apps/crawl/report.hpp"

#include <gtest/gtest.h>

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;

TEST(Report, KeepsTheSlowestAndTheLargest) {
  Report report;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto n = i * 37 % 100;
    report.count_page({"page" + std::to_string(n), n * 10, std::chrono::milliseconds{100 - n}});
  }
  EXPECT_EQ(report.pages, 100u);
  EXPECT_EQ(report.bytes, 49'500u);
  ASSERT_EQ(report.largest.size(), Report::list_length);
  ASSERT_EQ(report.slowest.size(), Report::list_length);
  EXPECT_EQ(report.largest.front().url, "page99");
  EXPECT_EQ(report.largest.back().url, "page95");
  EXPECT_EQ(report.slowest.front().url, "page0");
  EXPECT_EQ(report.slowest.back().url, "page4");
}

TEST(Report, TellsAllThatCounts) {
  Report report;
  report.count_page({"http://h/", 2048, 12ms});
  report.count_page({"http://h/a", 512, 1500ms});
  report.failed = 2;
  report.links = 1234;
  report.links_in_scope = 1000;
  report.broken_links = 4;
  report.broken_targets = 2;
  report.broken = {{"http://h/gone", "HTTP 404 Not Found", "http://h/", 3}, {"http://h/slow", "time-out", "http://h/a", 1}};
  report.errors = {{"HTTP 404 Not Found", {1, "http://h/gone"}}, {"time-out", {2, "http://h/slow"}}};
  report.notes = {"something to know"};
  report.poisoned_pages = 1;
  report.poisoned = {{"http://h/poison", "the parser crashed: SIGSEGV"}};
  report.fetchers = 16;
  report.parsers = 2;
  report.duration = 2s;
  report.database = "crawl.db";
  report.crawl = 3;
  EXPECT_EQ(to_text(report), R"(pages         2, 2 failed
links         1,234: 1,000 in scope, 234 external
bytes         2.5 KiB
broken links  4, to 2 targets
  http://h/gone
    HTTP 404 Not Found; on http://h/ and 2 more
  http://h/slow
    time-out; on http://h/a
poisoned      1 page that could not be parsed
  http://h/poison
    the parser crashed: SIGSEGV
errors
           2  time-out, as http://h/slow
           1  HTTP 404 Not Found: http://h/gone
slowest
       1.5 s  http://h/a
       12 ms  http://h/
largest
       2 KiB  http://h/
   512 bytes  http://h/a
note          something to know
time          2.0 s with 16 fetchers and 2 parsers, 2 pages/s
database      crawl.db (crawl 3, complete)
)");
}

TEST(Report, SaysWhenNothingIsBroken) {
  Report report;
  report.fetchers = 1;
  report.parsers = 1;
  report.ending = Ending::interrupted;
  const auto text = to_text(report);
  EXPECT_NE(text.find("broken links  none\n"), std::string::npos) << text;
  EXPECT_NE(text.find("with 1 fetcher and 1 parser,"), std::string::npos) << text;
  EXPECT_NE(text.find("interrupted"), std::string::npos) << text;
  EXPECT_EQ(text.find("errors"), std::string::npos) << text;
  EXPECT_EQ(text.find("poisoned"), std::string::npos) << text;
}

TEST(Report, SaysHowMuchItLeavesOut) {
  Report report;
  report.broken_links = 30;
  report.broken_targets = 12;
  report.broken.assign(Report::broken_length, {"http://h/x", "HTTP 500", "http://h/", 1});
  report.poisoned_pages = 1234;
  report.poisoned.assign(Report::poisoned_length, {"http://h/x", "the parser crashed: SIGSEGV"});
  for (int i = 0; i < 13; ++i) report.errors["reason " + std::to_string(i)] = {1, "http://h/x"};
  const auto text = to_text(report);
  EXPECT_NE(text.find("  and 2 more\n"), std::string::npos) << text;
  EXPECT_NE(text.find("poisoned      1,234 pages that could not be parsed\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  and 1,224 more\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  and 3 other reasons\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace tandem::crawl
