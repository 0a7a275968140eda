#include "apps/crawl/html.hpp"

#include <algorithm>
#include <cstddef>
#include <memory_resource>
#include <new>
#include <unordered_set>

#include <gumbo.h>

#include "apps/crawl/text.hpp"
#include "tandem/platform/process.hpp"

namespace tandem::crawl {
namespace {

/// All the memory of one parse. That it is freed in one is a sixth faster, and more: gumbo's own function for it recurses over the
/// tree, and a page with 300,000 nested elements overflows the stack.
using Arena = std::pmr::monotonic_buffer_resource;
constexpr std::size_t first_chunk = 256 * 1024;

void* allocate(void* arena, std::size_t bytes) {
  try {
    return static_cast<Arena*>(arena)->allocate(bytes);
  } catch (const std::bad_alloc&) {
    platform::exit_now(html_out_of_memory);  // gumbo would write to address 0, and an exception cannot pass through C
  }
}
void deallocate(void* /*arena*/, void* /*memory*/) {}

/// The tree belongs to `arena` and refers to `html`.
const GumboOutput* parse(std::string_view html, Arena& arena) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &allocate;
  options.deallocator = &deallocate;
  options.userdata = &arena;
  options.max_errors = 0;  // nobody reads them
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

const GumboVector* children_of(const GumboNode& node) {
  // Not GUMBO_NODE_TEMPLATE: what stands in a template is no part of the page.
  if (node.type == GUMBO_NODE_ELEMENT) return &node.v.element.children;
  if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
  return nullptr;
}

const GumboNode& child_at(const GumboVector& children, unsigned i) { return *static_cast<const GumboNode*>(children.data[i]); }

std::string text_of(const GumboElement& element) {
  std::string text;
  for (unsigned i = 0; i < element.children.length; ++i) {
    const GumboNode& child = child_at(element.children, i);
    if (child.type == GUMBO_NODE_TEXT || child.type == GUMBO_NODE_WHITESPACE) text += child.v.text.text;
  }
  return text;
}

/// What the page says, before anything is made of it.
struct Found {
  std::string title;
  const char* base = nullptr;
  std::vector<std::string_view> hrefs;
};

class Collector {
 public:
  Found collect(const GumboNode& document) {
    // By hand and not by recursion: how deep the tree is was decided by a stranger.
    std::vector<const GumboNode*> pending{&document};
    while (!pending.empty()) {
      const GumboNode& node = *pending.back();
      pending.pop_back();
      if (node.type == GUMBO_NODE_ELEMENT) visit(node.v.element);
      const GumboVector* children = children_of(node);
      if (children == nullptr) continue;
      for (unsigned i = children->length; i > 0; --i) pending.push_back(&child_at(*children, i - 1));
    }
    return std::move(found_);
  }

 private:
  void visit(const GumboElement& element) {
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return;  // a title in a picture
    if (element.tag == GUMBO_TAG_TITLE && !has_title_) {
      has_title_ = true;
      found_.title = clean_text(text_of(element));
      return;
    }
    const bool is_link = element.tag == GUMBO_TAG_A || element.tag == GUMBO_TAG_AREA;
    if (!is_link && element.tag != GUMBO_TAG_BASE) return;
    const GumboAttribute* href = gumbo_get_attribute(&element.attributes, "href");
    if (href == nullptr) return;
    if (is_link) {
      found_.hrefs.emplace_back(href->value);
    } else if (found_.base == nullptr) {
      found_.base = href->value;
    }
  }

  Found found_;
  bool has_title_ = false;
};

/// Without what leads to a place within the same page, and what browsers strip.
std::string_view target_of(std::string_view href) {
  constexpr std::string_view blanks = " \t\n\f\r";
  const auto first = href.find_first_not_of(blanks);
  if (first == std::string_view::npos || href[first] == '#') return {};
  href = href.substr(first, href.find('#') - first);
  return href.substr(0, href.find_last_not_of(blanks) + 1);
}

std::vector<Url> resolve(const Found& found, const Url& url) {
  const Url base = found.base == nullptr ? url : url.resolve(found.base).value_or(url);
  std::vector<Url> links;
  // Menus repeat the same few targets; comparing them as they are written spares most of the work of resolving them.
  std::unordered_set<std::string_view> written;
  std::unordered_set<std::string> known;
  for (const auto href : found.hrefs) {
    const auto target = target_of(href);
    if (target.empty() || !written.insert(target).second) continue;
    auto link = base.resolve(target);
    if (link && known.insert(link->text()).second) links.push_back(std::move(*link));
  }
  return links;
}

}  // namespace

bool is_html(std::string_view content_type) noexcept {
  const auto type = content_type.substr(0, content_type.find_first_of("; \t"));
  const auto is = [&](std::string_view name) {
    return std::equal(type.begin(), type.end(), name.begin(), name.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
  };
  return is("text/html") || is("application/xhtml+xml");
}

HtmlPage read_html(std::string_view html, const Url& url) {
  Arena arena{first_chunk};
  const Found found = Collector{}.collect(*parse(html, arena)->document);
  return {found.title, resolve(found, url)};
}

}  // namespace tandem::crawl
