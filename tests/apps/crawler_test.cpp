#include "apps/crawl/crawler.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "apps/crawl/store.hpp"
#include "tests/apps/poison.hpp"
#include "tests/apps/test_site.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;
using tandem::test::eventually;
using test::Answer;
using test::html;
using test::redirect;
using test::TestSite;
using Pages = std::map<std::string, Answer>;

std::string links(std::initializer_list<std::string_view> targets) {
  std::string body = "<title>t</title>";
  for (const auto target : targets) body.append("<a href='").append(target).append("'>x</a>");
  return body;
}

class CrawlerTest : public ::testing::Test {
 protected:
  CrawlOptions options(const TestSite& site, std::string_view root = "/") const {
    CrawlOptions options;
    options.roots = {site.url(root)};
    options.database = database();
    options.fetchers = 4;
    options.parse.parsers = 2;
    return options;
  }
  std::string database() const { return (dir_ / "crawl.db").string(); }

  /// All rows of a query with one column, each behind a space.
  std::string rows(const std::string& sql) const {
    Database database{this->database()};
    Statement query{database, sql};
    std::string all;
    while (query.step()) all.append(" ").append(query.text(0));
    return all;
  }
  static std::string without(std::string text, const std::string& what) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what)) text.erase(at, what.size());
    return text;
  }

 private:
  tandem::test::TempDir dir_;
};

TEST_F(CrawlerTest, FetchesEachPageOfTheSiteOnce) {
  const TestSite site{Pages{{"/", html(links({"a", "b", "/a#x", "http://elsewhere.invalid/", "mailto:x@y"}))},
                            {"/a", html(links({"/", "b", "c"}))},
                            {"/b", html(links({"gone"}))},
                            {"/c", html("text", "200 OK", "text/plain")}}};
  const Report report = Crawler{options(site)}.run();
  auto requests = site.requests();
  std::sort(requests.begin(), requests.end());
  EXPECT_EQ(requests, (std::vector<std::string>{"/", "/a", "/b", "/c", "/gone"}));
  EXPECT_EQ(report.pages, 4u);
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(report.links, 7u);
  EXPECT_EQ(report.links_in_scope, 6u);
  EXPECT_EQ(report.ending, Ending::complete);
  EXPECT_EQ(report.roots_fetched, 1u);
  ASSERT_EQ(report.broken.size(), 1u);
  EXPECT_EQ(report.broken[0].target, site.text("/gone"));
  EXPECT_EQ(report.broken[0].source, site.text("/b"));
  EXPECT_EQ(report.broken[0].reason, "HTTP 404 Not Found");
  EXPECT_EQ(report.broken[0].links, 1u);
  EXPECT_EQ(without(rows("SELECT url || '=' || status || '@' || depth FROM pages ORDER BY url"), site.text("")),
            " /=200@0 /a=200@1 /b=200@1 /c=200@2 /gone=404@2");
  EXPECT_EQ(without(rows("SELECT reason || ' ' || url FROM errors"), site.text("")), " HTTP 404 Not Found /gone");
  EXPECT_EQ(rows("SELECT count(*) FROM links WHERE NOT in_scope"), " 1");
  EXPECT_EQ(rows("SELECT ended_by FROM crawls"), " complete");
}

TEST_F(CrawlerTest, CountsEachLinkToABrokenTarget) {
  const TestSite site{
      Pages{{"/", html(links({"a", "b", "gone"}))}, {"/a", html(links({"gone", "gone#x"}))}, {"/b", html(links({"gone"}))}}};
  const Report report = Crawler{options(site)}.run();
  EXPECT_EQ(report.broken_targets, 1u);
  EXPECT_EQ(report.broken_links, 3u);
}

TEST_F(CrawlerTest, KeepsToDepthAndScope) {
  const TestSite site{Pages{{"/docs/", html(links({"a", "/outside", "sub/b"}))},
                            {"/docs/a", html(links({"c"}))},
                            {"/docs/sub/b", html("")},
                            {"/docs/c", html("")},
                            {"/outside", html("")}}};
  auto chosen = options(site, "/docs/");
  chosen.scope = Scope::Kind::prefix;
  chosen.max_depth = 1;
  const Report report = Crawler{chosen}.run();
  EXPECT_EQ(report.pages, 3u);
  auto requests = site.requests();
  std::sort(requests.begin(), requests.end());
  EXPECT_EQ(requests, (std::vector<std::string>{"/docs/", "/docs/a", "/docs/sub/b"}));
}

TEST_F(CrawlerTest, KeepsToMaxPages) {
  const TestSite site{[](const std::string& path) { return html(links({path + "0/", path + "1/"})); }};
  auto chosen = options(site);
  chosen.max_pages = 10;
  const Report report = Crawler{chosen}.run();
  EXPECT_EQ(report.pages, 10u);
  EXPECT_EQ(report.ending, Ending::max_pages);
  EXPECT_EQ(site.requests().size(), 10u);
}

TEST_F(CrawlerTest, ARedirectOutOfScopeIsRecordedAndNotFollowedFurther) {
  const TestSite other{Pages{{"/x", html(links({"/y"}))}}};
  const TestSite site{Pages{{"/", html(links({"away"}))}, {"/away", redirect(other.text("/x"))}}};
  const Report report = Crawler{options(site)}.run();
  EXPECT_EQ(report.pages, 2u);
  EXPECT_EQ(report.failed, 0u);
  EXPECT_EQ(other.requests(), (std::vector<std::string>{"/x"}));
  EXPECT_EQ(rows("SELECT final_url FROM pages WHERE url <> final_url"), " " + other.text("/x"));
  EXPECT_EQ(rows("SELECT count(*) FROM links WHERE source = '" + other.text("/x") + "'"), " 0");
}

TEST_F(CrawlerTest, ARootThatLeadsAwayIsTold) {
  const TestSite other{Pages{{"/", html("")}}};
  const TestSite site{Pages{{"/", redirect(other.text("/"))}}};
  const Report report = Crawler{options(site)}.run();
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find(other.text("/")), std::string::npos);
}

TEST_F(CrawlerTest, APageBehindTwoRedirectsIsTakenForItsLinksOnce) {
  const TestSite site{Pages{{"/", html(links({"one", "two"}))},
                            {"/one", redirect("page")},
                            {"/two", redirect("page")},
                            {"/page", html(links({"a", "b"}))},
                            {"/a", html("")},
                            {"/b", html("")}}};
  const Report report = Crawler{options(site)}.run();
  EXPECT_EQ(report.pages, 5u);
  EXPECT_EQ(report.links, 4u);
  EXPECT_EQ(rows("SELECT count(*) FROM links WHERE source = '" + site.text("/page") + "'"), " 2");
}

TEST_F(CrawlerTest, OnePoisonousPageHurtsNobodyElse) {
  std::string deep;
  for (int i = 0; i < 300'000; ++i) deep += "<div>";
  const TestSite site{Pages{{"/", html(links({"deep", "endless", "loop", "closed", "assertion", "good"}))},
                            {"/deep", html(deep)},
                            {"/endless", {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", std::string(100'000, 'x')}},
                            {"/loop", redirect("/loop")},
                            {"/closed", {"", "", Answer::Then::close}},
                            {"/assertion", html("<table><svg><desc><![CDATA[<!]]>\xFF")},
                            {"/good", html(links({"better"}))},
                            {"/better", html("")}}};
  auto chosen = options(site);
  chosen.fetch.max_bytes = 2 << 20;
  chosen.parse.timeout = 2s;
  const Report report = Crawler{chosen}.run();
  EXPECT_EQ(report.pages, 3u);
  EXPECT_EQ(report.failed, 5u);
  EXPECT_EQ(report.poisoned_pages, 2u);
  EXPECT_EQ(without(rows("SELECT url || ': ' || reason || ';' FROM errors ORDER BY url"), site.text("")),
            " /assertion: the parser crashed: SIGABRT; /closed: connection closed without an answer;"
            " /deep: parsing took longer than 2 s; /endless: body larger than 2 MiB;"
            " /loop: redirect loop: more than 10 redirects;");
}

TEST_F(CrawlerTest, ManyFetchersWorkAtOnce) {
  // Each answer waits for the others: a crawler with fewer than four at once would never get them.
  std::atomic<int> waiting{0};
  const TestSite site{[&](const std::string& path) {
    if (path == "/") return html(links({"1", "2", "3", "4"}));
    ++waiting;
    EXPECT_TRUE(eventually([&] { return waiting >= 4; }));
    return html("");
  }};
  EXPECT_EQ(Crawler{options(site)}.run().pages, 5u);
}

TEST_F(CrawlerTest, AStopRequestEndsItAndKeepsWhatWasCrawled) {
  // An endless site, which after a hundred pages says nothing any more: all fetchers hang when the stop comes.
  std::atomic<int> asked{0};
  const TestSite site{[&](const std::string& path) {
    if (++asked > 100) return Answer{"", "", Answer::Then::silence};
    return html(links({path + "0/", path + "1/", path + "2/"}));
  }};
  std::stop_source stop;
  std::jthread stopper{[&] {
    EXPECT_TRUE(eventually([&] { return asked == 104; }));
    stop.request_stop();
  }};
  const Report report = Crawler{options(site)}.run(stop.get_token());
  EXPECT_EQ(report.ending, Ending::interrupted);
  EXPECT_EQ(report.failed, 0u) << "what was cancelled is no broken page";
  EXPECT_EQ(report.pages, 100u);
  EXPECT_EQ(rows("SELECT count(*) FROM pages"), " 100");
  EXPECT_EQ(rows("SELECT ended_by FROM crawls"), " interrupted");
  EXPECT_EQ(rows("SELECT count(*) FROM errors"), " 0");
}

TEST_F(CrawlerTest, AStopRequestDoesNotWaitForPoison) {
  const TestSite site{[&](const std::string& path) {
    return path == "/" ? html(links({"1", "2", "3", "4", "5"})) : html(test::endless_page);
  }};
  auto chosen = options(site);
  chosen.parse.timeout = 1h;
  chosen.parse.function = [](std::string_view html, const Url& url) { return test::parse_or_worse(html, url); };
  std::stop_source stop;
  std::chrono::steady_clock::time_point stopped;
  std::jthread stopper{[&] {
    EXPECT_TRUE(eventually([&] { return site.requests().size() == 6; }));
    stopped = std::chrono::steady_clock::now();
    stop.request_stop();
  }};
  const Report report = Crawler{chosen}.run(stop.get_token());
  stopper.join();
  EXPECT_LT(std::chrono::steady_clock::now() - stopped, 5s) << "and not an hour";
  EXPECT_EQ(report.pages, 1u);
  EXPECT_EQ(report.failed, 0u) << "what was given up is no broken page";
  EXPECT_EQ(report.ending, Ending::interrupted);
}

TEST_F(CrawlerTest, ADatabaseThatFailsEndsTheCrawl) {
  const TestSite site{[&](const std::string& path) {
    if (path == "/0/0/0/") Database{database()}.execute("DROP TABLE links");
    return html(links({path + "0/", path + "1/"}));
  }};
  EXPECT_THROW(Crawler{options(site)}.run(), DatabaseError);
}

TEST_F(CrawlerTest, ShowsProgressWhileItRuns) {
  const TestSite site{Pages{{"/", html(links({"a"}))}, {"/a", html("")}}};
  std::ostringstream out;
  auto chosen = options(site);
  chosen.progress = {.style = futures::ProgressBar::Style::bar, .label = "test", .width = 80, .bar_interval = 0ms};
  chosen.progress_out = &out;
  Crawler{chosen}.run();
  EXPECT_NE(out.str().find("test ["), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("2/2"), std::string::npos) << out.str();
  EXPECT_TRUE(out.str().ends_with("\r\x1b[K")) << "the bar is removed";
}

TEST_F(CrawlerTest, TellsARootThatFailed) {
  const TestSite site{Pages{{"/good", html("")}}};
  auto chosen = options(site, "/bad");
  chosen.roots.push_back(site.url("/good"));
  const Report report = Crawler{chosen}.run();
  EXPECT_EQ(report.roots_fetched, 1u);
  EXPECT_EQ(report.root_error, site.text("/bad") + ": HTTP 404 Not Found");
  EXPECT_EQ(report.broken_links, 0u) << "nobody links there";
}

TEST_F(CrawlerTest, RefusesOptionsThatMakeNoSense) {
  const Url url = Url::parse("http://host/");
  EXPECT_THROW(Crawler{CrawlOptions{}}, std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .fetchers = 0}}), std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .max_depth = -1}}), std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .parse = {.parsers = -1}}}), std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .parse = {.timeout = 0ms}}}), std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .parse = {.max_memory = 0}}}), std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .parse = {.function = nullptr}}}), std::invalid_argument);
  EXPECT_THROW((Crawler{{.roots = {url}, .max_pages = 0}}), std::invalid_argument);
}

}  // namespace
}  // namespace tandem::crawl
