#include "apps/crawl/nesting.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tandem::crawl {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Nesting, CountsWhatNests) {
  EXPECT_FALSE(nested_deeper_than("<div><div></div><div></div></div>", 2));
  EXPECT_TRUE(nested_deeper_than("<div><div><div>", 2));
  EXPECT_FALSE(nested_deeper_than(repeat("<div></div>", 5000), 2));
}

TEST(Nesting, IgnoresWhatEndsItself) {
  for (const auto* html : {"<p>",
                           "<li>",
                           "<br>",
                           "<td>x",
                           "<a href=x>",
                           "<dd>",
                           "<option>",
                           "<img src='>'>",
                           "<!-- <div> -->",
                           "<script>'<div>'</script>",
                           "<b></b>",
                           "<b><i></b></i>",
                           "<DIV></div>",
                           "<div class='a>b'></div>",
                           "<svg><path d=''/><g></g></svg>",
                           "<title><div></title>",
                           "</div>",
                           "<div><b></div>",
                           "< div>",
                           "<!x>"}) {
    EXPECT_FALSE(nested_deeper_than(repeat(html, 2000), 20)) << html;
  }
}

TEST(Nesting, IsNotDeceivedByPlainTricks) {
  for (const auto* html : {"<x-y>", "<div/>", "<DiV\n>", "<div a=b c='>' >", "<!---><div>", "<b>", "</p><span>", "<svg><a>"}) {
    EXPECT_TRUE(nested_deeper_than(repeat(html, 2000), 1000)) << html;
  }
}

}  // namespace
}  // namespace tandem::crawl
