#include "apps/crawl/html.hpp"

#include <chrono>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;

const Url page_url = Url::parse("http://host/dir/page.html");

std::vector<std::string> links(std::string_view html) {
  std::vector<std::string> texts;
  for (const Url& link : read_html(html, page_url).links) texts.push_back(link.text());
  return texts;
}
using Texts = std::vector<std::string>;

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string refusal(std::string_view html, HtmlLimits limits = {}) {
  try {
    read_html(html, page_url, limits);
    return "accepted";
  } catch (const HtmlError& error) {
    return error.what();
  }
}

TEST(Html, FindsLinksInDocumentOrderEachOnce) {
  EXPECT_EQ(links("<a href='b'>1</a><div><p><a href=a>2</a></div><map><area href=\"/c\"></map><a href='b#x'>3</a>"),
            (Texts{"http://host/dir/b", "http://host/dir/a", "http://host/c"}));
}

TEST(Html, IgnoresWhatLeadsNowhere) {
  EXPECT_EQ(links("<a name=x>1</a><a href=''>2</a><a href='#y'>3</a><a href='mailto:a@b'>4</a><link href=css><img src=i>"
                  "<!-- <a href=comment> --><script>'<a href=script>'</script><template><a href=template></a></template>"),
            Texts{});
}

TEST(Html, DecodesEntitiesInLinksAndTitles) {
  const auto page = read_html("<title>a &lt;b&gt; &amp; &#x63;\n &eacute;</title><a href='x?a=1&amp;b=2&#35;frag'>", page_url);
  EXPECT_EQ(page.title, "a <b> & c é");
  ASSERT_EQ(page.links.size(), 1u);
  EXPECT_EQ(page.links[0].text(), "http://host/dir/x?a=1&b=2");
}

TEST(Html, HonoursBase) {
  EXPECT_EQ(links("<base href='/other/'><a href=x>"), Texts{"http://host/other/x"});
  EXPECT_EQ(links("<base href='sub/'><a href=x>"), Texts{"http://host/dir/sub/x"});
  EXPECT_EQ(links("<base href='http://b/'><base href='http://c/'><a href=x>"), Texts{"http://b/x"}) << "the first one counts";
  EXPECT_EQ(links("<base href='javascript:1'><a href=x>"), Texts{"http://host/dir/x"}) << "one that means nothing does not";
}

TEST(Html, TakesTheFirstTitleOfThePage) {
  EXPECT_EQ(read_html("<svg><title>picture</title></svg><title>one</title><title>two</title>", page_url).title, "one");
  EXPECT_EQ(read_html("<title>a\x1b[2Jb \xff</title>", page_url).title, "a\uFFFD[2Jb \uFFFD");
  EXPECT_EQ(read_html("<p>none", page_url).title, "");
}

TEST(Html, AnyBytesAreAPage) {
  EXPECT_TRUE(read_html({}, page_url).links.empty());
  EXPECT_TRUE(read_html(std::string(1000, '\0'), page_url).links.empty());
  EXPECT_TRUE(read_html("<", page_url).links.empty());
  EXPECT_TRUE(read_html("\xff\xfe<\0a", page_url).links.empty());
}

TEST(Html, OnlyHtmlIsHtml) {
  EXPECT_TRUE(is_html("text/html"));
  EXPECT_TRUE(is_html("Text/HTML; charset=utf-8"));
  EXPECT_TRUE(is_html("application/xhtml+xml"));
  for (const auto* type : {"", "text/plain", "image/svg+xml", "text/htmlx", "application/xml"}) EXPECT_FALSE(is_html(type)) << type;
}

TEST(Html, RefusesDeepPagesAtOnce) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(refusal(repeat("<div>", 3'000'000)), "nested deeper than 1,000 elements");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Html, AcceptsDepthUpToTheLimit) {
  EXPECT_EQ(refusal(repeat("<div>", 1000)), "accepted");
  EXPECT_EQ(refusal(repeat("<div>", 1001)), "nested deeper than 1,000 elements");
}

// Each of these deceives the linear scan, or comes near the square in another way. What holds is the time and the stack.
TEST(Html, SurvivesPagesMadeToDeceiveTheScan) {
  const std::vector<std::string> hostile{
      repeat("<b><div></b>", 1'000'000),          // misnested: the scan believes that div is closed
      repeat("<div><table><td></div>", 500'000),  // an end tag that a cell keeps from its element
      repeat("<span><div></span>", 800'000),      // an end tag that a block keeps from its element
      repeat("<p><b><i><u>", 800'000),            // formatting that is opened again in each paragraph
      repeat("<a x=1><p>", 1'000'000),            //
      "<svg>" + repeat("<a>", 3'000'000),         // nests in pictures only
      "<svg>" + repeat("<foreignObject><td>", 400'000),
      "<!-->" + repeat("<div>", 3'000'000),       // an empty comment
      "<title>" + repeat("<div>", 3'000'000),     // text
      "<svg><title>" + repeat("<g>", 3'000'000),  // markup
      repeat("<li><ul>", 2'000'000),
      repeat("<select><div>", 1'000'000),
      repeat("<table>", 2'000'000),
      repeat("<font color=" + std::string("x") + ">", 1'000'000),
      "<" + std::string(16'000'000, 'a'),
      "<a " + repeat("b=c ", 1'000'000),  // attributes are compared with each other
      repeat("&", 8'000'000),
      repeat("<!--", 3'000'000),
      repeat("</p>", 3'000'000)};
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string outcome = refusal(hostile[i]);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took, 30s) << "page " << i << ": " << outcome;
    RecordProperty("page_" + std::to_string(i), outcome + " after " + std::to_string(took.count()) + " s");
  }
}

TEST(Html, APageThatBreaksTheParserBreaksNothingElse) {
  EXPECT_EQ(refusal("<table><svg><desc><![CDATA[<!]]>\xFF"), "the HTML parser cannot cope with it");
  EXPECT_EQ(refusal("<table><math><mtext><![CDATA[x]]>\xEF\xBB\xBF"), "the HTML parser cannot cope with it");
  EXPECT_EQ(links("<a href=x>"), Texts{"http://host/dir/x"});
}

TEST(Html, RefusesWhatTakesTooMuchMemory) {
  EXPECT_EQ(refusal(repeat("<i>", 900) + repeat("<p>x", 100'000), {.max_depth = 1000, .max_memory = 1 << 20, .max_time = 20s}),
            "needs more than 1 MiB to parse");
}

TEST(Html, RefusesWhatTakesTooLong) {
  EXPECT_EQ(refusal(repeat("<b>x</b>", 1'000'000), {.max_depth = 1000, .max_memory = 1 << 30, .max_time = 10ms}),
            "needs more than 10 ms to parse");
}

TEST(Html, EndsWhenStopIsRequested) {
  std::stop_source stop;
  stop.request_stop();
  try {
    read_html(repeat("<b>x</b>", 1'000'000), page_url, {}, stop.get_token());
    FAIL() << "went on";
  } catch (const HtmlError& error) {
    EXPECT_TRUE(error.cancelled());
  }
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

TEST(Html, SurvivesGarbage) {
  auto random = test::random_engine();
  for (int round = 0; round < 3000; ++round) {
    std::string html;
    const auto length = std::uniform_int_distribution<int>{1, 120}(random);
    for (int i = 0; i < length; ++i) {
      html += pieces[std::uniform_int_distribution<std::size_t>{0, std::size(pieces) - 1}(random)];
      if (random() % 16 == 0) html += static_cast<char>(random());
    }
    const std::string outcome = refusal(html);
    ASSERT_TRUE(outcome == "accepted" || outcome == "the HTML parser cannot cope with it") << outcome << ": " << html;
  }
}

}  // namespace
}  // namespace tandem::crawl
