#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/crawl/url.hpp"

namespace tandem::crawl {

struct HtmlPage {
  std::string title;       ///< the first one, safe to print
  std::vector<Url> links;  ///< where a and area elements lead, in document order, each once; none to places within the page

  template <class Archive>
  void serialize(Archive& archive) {
    archive(title, links);
  }
};

/// Whether a page of this Content-Type is one to parse: text/html or application/xhtml+xml.
bool is_html(std::string_view content_type) noexcept;

/// What the crawler wants from a page at the address `url`. Any bytes are a page.
///
/// To be called in a process that may be lost, see Parsers: gumbo, which does the work, can be made to take any time and any
/// memory, and to abort, by pages that are written for it. Where memory is limited and the limit is reached, either std::bad_alloc
/// is thrown or the process ends with html_out_of_memory, as gumbo has no way to be told.
HtmlPage read_html(std::string_view html, const Url& url);

/// An exit code that nothing else uses.
inline constexpr int html_out_of_memory = 86;

}  // namespace tandem::crawl
