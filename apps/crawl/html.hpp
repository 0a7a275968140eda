#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "apps/crawl/url.hpp"

namespace tandem::crawl {

/// A page that is refused because it would cost too much to parse; the text says which limit it exceeds.
class HtmlError : public std::runtime_error {
 public:
  explicit HtmlError(const std::string& what, bool cancelled = false) : std::runtime_error{what}, cancelled_{cancelled} {}
  /// Not the page's fault: a stop was requested.
  bool cancelled() const noexcept { return cancelled_; }

 private:
  bool cancelled_;
};

struct HtmlLimits {
  std::size_t max_depth = 1000;                ///< of nested elements
  std::size_t max_memory = 128 * 1024 * 1024;  ///< of the parser, in bytes
  std::chrono::milliseconds max_time{2000};    ///< of the processor
};

struct HtmlPage {
  std::string title;       ///< the first one, safe to print
  std::vector<Url> links;  ///< where a and area elements lead, in document order, each once; none to places within the page
};

/// Whether a page of this Content-Type is one to parse: text/html or application/xhtml+xml.
bool is_html(std::string_view content_type) noexcept;

/// What the crawler wants from a page at the address `url`. Any bytes are a page; throws HtmlError for one beyond the limits, and
/// when `stop` is requested; never exhausts the stack, however deep the page.
HtmlPage read_html(std::string_view html, const Url& url, const HtmlLimits& limits = {}, const std::stop_token& stop = {});

}  // namespace tandem::crawl
