#include "apps/crawl/parsers.hpp"

#include <chrono>
#include <cstdlib>
#include <iterator>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tests/apps/poison.hpp"
#include "tests/support/random.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;
using test::repeat;

const Url page_url = Url::parse("http://host/dir/page.html");

/// "accepted", or why not.
std::string outcome(futures::Future<HtmlPage> page, const ParseOptions& options) {
  const auto failure = page.exception(60s);
  return failure ? parse_failure(failure, options) : "accepted";
}

std::string outcome_of(std::string html, const ParseOptions& options) {
  Parsers parsers{options};
  std::string what = outcome(parsers.submit(std::move(html), page_url), options);
  EXPECT_EQ(parsers.submit("<title>after</title>", page_url).result(60s).title, "after") << what;
  return what;
}

TEST(Parsers, ReadPagesInOtherProcesses) {
  Parsers parsers{{.parsers = 2}};
  EXPECT_EQ(parsers.size(), 2);
  const HtmlPage page = parsers.submit("<title>t</title><a href='/a?b=c'><a href='//other:81/x'>", page_url).result(60s);
  EXPECT_EQ(page.title, "t");
  EXPECT_EQ(page.links, (std::vector{Url::parse("http://host/a?b=c"), Url::parse("http://other:81/x")}));
  EXPECT_EQ(page.links[1].authority(), "other:81");
  EXPECT_EQ(page.links[1].path(), "/x");
}

TEST(Parsers, TakeAndGiveLargePages) {
  Parsers parsers{{.parsers = 1, .timeout = 60s}};
  std::string html;
  for (int i = 0; i < 50'000; ++i) html += "<a href='" + std::to_string(i) + "'>some text</a>";
  const HtmlPage page = parsers.submit(html, page_url).result(60s);
  ASSERT_EQ(page.links.size(), 50'000u);
  EXPECT_EQ(page.links.back().text(), "http://host/dir/49999");
}

TEST(Parsers, SayWhyAPageFailed) {
  const auto failing = [](auto function) { return ParseOptions{.parsers = 1, .timeout = 60s, .function = function}; };
  EXPECT_EQ(outcome_of("<poison>", failing([](std::string_view html, const Url& url) {
                         if (html == "<poison>") std::_Exit(3);
                         return read_html(html, url);
                       })),
            "the parser ended itself: exit code 3");
  EXPECT_EQ(outcome_of("<poison>", failing([](std::string_view html, const Url& url) {
                         if (html == "<poison>") throw std::runtime_error("no\nway");
                         return read_html(html, url);
                       })),
            "the parser failed: no way");
  EXPECT_EQ(outcome_of(test::assertion_page, {.parsers = 1, .timeout = 60s}), "the parser crashed: SIGABRT");
  EXPECT_EQ(outcome_of(test::endless_page, {.parsers = 1, .timeout = 250ms, .function = &test::parse_or_worse}),
            "parsing took longer than 0.25 s");
}

TEST(Parsers, ThatCannotBeHadAreNoPagesFault) {
  const auto error = std::make_exception_ptr(futures::BrokenProcessPool{"none left"});
  EXPECT_THROW(parse_failure(error, {}), futures::BrokenProcessPool);
}

TEST(Parsers, AreAbandonedWhateverTheyDo) {
  Parsers parsers{{.parsers = 1, .timeout = 1h, .function = &test::parse_or_worse}};
  auto endless = parsers.submit(test::endless_page, page_url);
  auto waiting = parsers.submit("", page_url);
  parsers.abandon();
  EXPECT_TRUE(endless.wait(10s));
  EXPECT_TRUE(waiting.wait(10s));
}

// What takes gumbo the square of the page's size, in time or in memory, or comes near it.
TEST(Parsers, SurviveHostilePages) {
  const ParseOptions options{.parsers = 2, .timeout = 500ms};
  Parsers parsers{options};
  std::vector<futures::Future<HtmlPage>> pages;
  for (const std::string& hostile :
       {repeat("<div>", 300'000), repeat("<b><div></b>", 300'000), repeat("<p><b><i><u>", 300'000),
        "<svg>" + repeat("<foreignObject><td>", 300'000), repeat("<li><ul>", 300'000), repeat("<table>", 500'000),
        "<a " + repeat("b=c ", 500'000),  // attributes are compared with each other
        "<" + std::string(8'000'000, 'a'), repeat("&", 4'000'000), repeat("</p>", 1'000'000)}) {
    pages.push_back(parsers.submit(hostile, page_url));
  }
  for (std::size_t i = 0; i < pages.size(); ++i) RecordProperty("page_" + std::to_string(i), outcome(pages[i], options));
  EXPECT_EQ(outcome(pages.front(), options), "parsing took longer than 0.5 s") << "the first one is known to be hostile";
  EXPECT_EQ(parsers.submit("<title>after</title>", page_url).result(60s).title, "after");
}

// What a fuzzer puts together: each stands for a state of the parser.
constexpr std::string_view pieces[] = {"<div>",
                                       "</div>",
                                       "<p>",
                                       "<b>",
                                       "</b>",
                                       "<i>",
                                       "</i>",
                                       "<table>",
                                       "</table>",
                                       "<tr>",
                                       "<td>",
                                       "</td>",
                                       "<select>",
                                       "</select>",
                                       "<option>",
                                       "<svg>",
                                       "</svg>",
                                       "<math>",
                                       "<mi>",
                                       "<mglyph>",
                                       "<foreignObject>",
                                       "<desc>",
                                       "<title>",
                                       "</title>",
                                       "<template>",
                                       "</template>",
                                       "<frameset>",
                                       "<frame>",
                                       "</frameset>",
                                       "<body>",
                                       "</body>",
                                       "<head>",
                                       "</head>",
                                       "<html>",
                                       "</html>",
                                       "<script>",
                                       "</script>",
                                       "<!--",
                                       "-->",
                                       "<![CDATA[",
                                       "]]>",
                                       "<!doctype html>",
                                       "<a href='",
                                       "'>",
                                       "</a>",
                                       "<form>",
                                       "</form>",
                                       "<button>",
                                       "</button>",
                                       "<textarea>",
                                       "</textarea>",
                                       "<isindex prompt=x>",
                                       "<image>",
                                       "<ruby>",
                                       "<rt>",
                                       "<rp>",
                                       "<caption>",
                                       "<colgroup>",
                                       "<col>",
                                       "<noscript>",
                                       "</noscript>",
                                       "<plaintext",
                                       "<applet>",
                                       "</applet>",
                                       "<nobr>",
                                       "</nobr>",
                                       "&amp",
                                       "&#x110000;",
                                       "&#0;",
                                       "&notit;",
                                       "\xff",
                                       "\xC3",
                                       "\xEF\xBB\xBF",
                                       "x",
                                       " ",
                                       "\r\n",
                                       "=",
                                       "\"",
                                       "'",
                                       "/>",
                                       "<",
                                       ">",
                                       "</",
                                       "<?",
                                       "<!",
                                       "<input type=hidden>",
                                       "<h1>",
                                       "</h6>",
                                       "<li>",
                                       "<dd>",
                                       "<annotation-xml encoding='text/html'>",
                                       "</annotation-xml>",
                                       "<mtext>"};

TEST(Parsers, SurviveGarbage) {
  const ParseOptions options{.parsers = 2, .timeout = 60s};
  Parsers parsers{options};
  auto random = tandem::test::random_engine();
  std::vector<std::pair<std::string, futures::Future<HtmlPage>>> pages;
  for (int round = 0; round < 2000; ++round) {
    std::string html;
    const auto length = std::uniform_int_distribution<int>{1, 120}(random);
    for (int i = 0; i < length; ++i) {
      html += pieces[std::uniform_int_distribution<std::size_t>{0, std::size(pieces) - 1}(random)];
      if (random() % 16 == 0) html += static_cast<char>(random());
    }
    pages.emplace_back(html, parsers.submit(html, page_url));
  }
  for (const auto& [html, page] : pages) {
    const std::string what = outcome(page, options);
    ASSERT_TRUE(what == "accepted" || what == "the parser crashed: SIGABRT") << what << ": " << html;
  }
}

}  // namespace
}  // namespace tandem::crawl
