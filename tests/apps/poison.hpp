#pragma once

#include <string>
#include <string_view>

#include <gumbo.h>

#include "apps/crawl/html.hpp"
#include "apps/crawl/url.hpp"

namespace tandem::crawl::test {

inline std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// A failed assertion in gumbo as Debian builds it.
inline constexpr const char* assertion_page = "<table><svg><desc><![CDATA[<!]]>\xFF";

// What parse_or_worse() does something worse with.
inline constexpr const char* endless_page = "<!--endless-->";
inline constexpr const char* greedy_page = "<!--greedy-->";
inline constexpr const char* deep_page = "<!--deep-->";  // to be followed by "<svg><g><g>..."

/// A parser that is hurt by what it is given.
inline HtmlPage parse_or_worse(std::string_view html, const Url& url) {
  if (html.starts_with(endless_page)) {
    for (volatile bool go_on = true; go_on;) {
    }
  }
  if (html.starts_with(greedy_page)) return {std::string(300'000'000, 'x'), {}};
  if (html.starts_with(deep_page)) {  // gumbo as its manual has it: freeing the tree recurses
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    gumbo_destroy_output(&options, gumbo_parse_with_options(&options, html.data(), html.size()));
  }
  return read_html(html, url);
}

}  // namespace tandem::crawl::test
