#include "tests/apps/poison.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "apps/crawl/crawler.hpp"
#include "apps/crawl/store.hpp"
#include "tests/apps/test_site.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;
using test::html;
using test::TestSite;

std::string parse(std::string page, ParseOptions options) {
  Parsers parsers{options};
  const auto failure = parsers.submit(std::move(page), Url::parse("http://host/")).exception(60s);
  return failure ? parse_failure(failure, options) : "accepted";
}

TEST(Poison, MemoryIsLimitedInTheParserAndAroundIt) {
  ParseOptions options{.parsers = 1, .timeout = 60s, .max_memory = 16 << 20, .function = &test::parse_or_worse};
  EXPECT_EQ(parse(test::greedy_page, options), "parsing needs more than 16 MiB");
  EXPECT_EQ(parse(test::repeat("<p>x", 500'000), options), "parsing needs more than 16 MiB") << "within gumbo";
  EXPECT_EQ(parse(std::string(20 << 20, 'x'), options), "parsing needs more than 16 MiB") << "before anything is parsed";
  options.max_memory = 256 << 20;
  EXPECT_EQ(parse(test::repeat("<p>x", 500'000), options), "accepted");
}

/// Of every 50 pages, one is poisonous.
class PoisonedSite {
 public:
  static constexpr int pages = 1000;
  static constexpr int step = 50;
  const std::string deep = test::deep_page + ("<svg>" + test::repeat("<g>", 300'000));

  std::string body(int page) const {
    if (page % step == step - 1) {
      switch (page / step % 4) {
        case 0:
          return deep;
        case 1:
          return test::assertion_page;
        case 2:
          return test::endless_page;
        default:
          return test::greedy_page;
      }
    }
    std::string links = "<title>good</title>";
    if (page == 0) {
      for (int i = 1; i < pages; ++i) links += "<a href='" + std::to_string(i) + "'>" + std::to_string(i) + "</a>";
    }
    return links;
  }
};

TEST(Poison, TwentyPagesInAThousandCostExactlyThose) {
  const PoisonedSite poisoned;
  const TestSite site{[&](const std::string& path) { return html(poisoned.body(path == "/" ? 0 : std::stoi(path.substr(1)))); }};
  const tandem::test::TempDir dir;
  CrawlOptions options;
  options.roots = {site.url("/")};
  options.database = (dir / "crawl.db").string();
  options.parse = {.parsers = 2, .timeout = 2s, .max_memory = 256 << 20, .function = &test::parse_or_worse};
  const Report report = Crawler{options}.run();

  EXPECT_EQ(report.pages, 980u);
  EXPECT_EQ(report.failed, 20u);
  EXPECT_EQ(report.poisoned_pages, 20u);
  EXPECT_EQ(report.poisoned.size(), Report::poisoned_length);
  EXPECT_EQ(report.ending, Ending::complete);
  std::map<std::string, std::uint64_t> reasons;
  for (const auto& [reason, error] : report.errors) reasons[reason] = error.count;
  EXPECT_EQ(reasons, (std::map<std::string, std::uint64_t>{{"the parser crashed: SIGSEGV", 5},
                                                           {"the parser crashed: SIGABRT", 5},
                                                           {"parsing took longer than 2 s", 5},
                                                           {"parsing needs more than 256 MiB", 5}}));
  Database database{options.database};
  const auto count = [&](const char* sql) {
    Statement query{database, sql};
    return query.step() ? query.integer(0) : -1;
  };
  EXPECT_EQ(count("SELECT count(*) FROM pages WHERE title = 'good'"), 980);
  EXPECT_EQ(count("SELECT count(*) FROM errors WHERE reason LIKE 'pars%' OR reason LIKE 'the parser crashed: SIG%'"), 20);
}

}  // namespace
}  // namespace tandem::crawl
