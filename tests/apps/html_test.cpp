#include "apps/crawl/html.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::crawl {
namespace {

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

TEST(Html, ReadsDeepPagesWithoutRecursion) {
  const auto page = read_html("<svg>" + repeat("<g>", 300'000) + "<foreignObject><a href=x>", page_url);
  ASSERT_EQ(page.links.size(), 1u);
  EXPECT_EQ(page.links[0].text(), "http://host/dir/x");
}

}  // namespace
}  // namespace tandem::crawl
