#include "apps/crawl/report.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "apps/crawl/quantity.hpp"

namespace tandem::crawl {
namespace {

template <class Key>
void keep_largest(std::vector<Report::PageNote>& notes, const Report::PageNote& page, Key key) {
  const auto place = std::find_if(notes.begin(), notes.end(), [&](const auto& note) { return key(note) < key(page); });
  if (place == notes.end() && notes.size() >= Report::list_length) return;
  notes.insert(place, page);
  if (notes.size() > Report::list_length) notes.pop_back();
}

class Writer {
 public:
  explicit Writer(const Report& report) : report_{report} {}

  std::string write() {
    totals();
    broken_links();
    poisoned_pages();
    errors();
    list("slowest", report_.slowest, [](const auto& note) { return format_duration(note.elapsed); });
    list("largest", report_.largest, [](const auto& note) { return format_bytes(note.bytes); });
    for (const auto& note : report_.notes) line("note", note);
    line("time", fmt::format("{} with {} {} and {} {}, {:.0f} pages/s", format_duration(report_.duration), report_.fetchers,
                             report_.fetchers == 1 ? "fetcher" : "fetchers", report_.parsers,
                             report_.parsers == 1 ? "parser" : "parsers", report_.pages_per_second()));
    line("database", fmt::format("{} (crawl {}, {})", report_.database, report_.crawl, ending()));
    return std::move(text_);
  }

 private:
  void line(std::string_view name, std::string_view content) { text_ += fmt::format("{:<14}{}\n", name, content); }
  void heading(std::string_view name) { text_ += fmt::format("{}\n", name); }
  void item(std::string_view name, std::string_view content) { text_ += fmt::format("  {:>10}  {}\n", name, content); }

  std::string ending() const {
    switch (report_.ending) {
      case Ending::complete:
        return "complete";
      case Ending::interrupted:
        return "interrupted";
      case Ending::max_pages:
        return "stopped at --max-pages";
    }
    return {};
  }

  void totals() {
    line("pages", fmt::format("{}{}", format_count(report_.pages),
                              report_.failed == 0 ? "" : fmt::format(", {} failed", format_count(report_.failed))));
    line("links", fmt::format("{}: {} in scope, {} external", format_count(report_.links), format_count(report_.links_in_scope),
                              format_count(report_.links - report_.links_in_scope)));
    line("bytes", format_bytes(report_.bytes));
  }

  void broken_links() {
    if (report_.broken_links == 0) return line("broken links", "none");
    line("broken links", fmt::format("{}, to {} {}", format_count(report_.broken_links), format_count(report_.broken_targets),
                                     report_.broken_targets == 1 ? "target" : "targets"));
    for (const auto& broken : report_.broken) {
      text_ += fmt::format("  {}\n    {}; on {}{}\n", broken.target, broken.reason, broken.source,
                           broken.links > 1 ? fmt::format(" and {} more", format_count(broken.links - 1)) : "");
    }
    if (report_.broken_targets > report_.broken.size()) {
      text_ += fmt::format("  and {} more\n", format_count(report_.broken_targets - report_.broken.size()));
    }
  }

  void poisoned_pages() {
    if (report_.poisoned_pages == 0) return;
    line("poisoned", fmt::format("{} {} that could not be parsed", format_count(report_.poisoned_pages),
                                 report_.poisoned_pages == 1 ? "page" : "pages"));
    for (const auto& page : report_.poisoned) text_ += fmt::format("  {}\n    {}\n", page.url, page.reason);
    if (report_.poisoned_pages > report_.poisoned.size()) {
      text_ += fmt::format("  and {} more\n", format_count(report_.poisoned_pages - report_.poisoned.size()));
    }
  }

  void errors() {
    if (report_.errors.empty()) return;
    heading("errors");
    std::vector<std::pair<std::string, Report::ErrorCount>> sorted{report_.errors.begin(), report_.errors.end()};
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
    std::size_t shown = 0;
    for (const auto& [reason, error] : sorted) {
      if (shown++ == Report::broken_length) break;
      item(format_count(error.count), fmt::format("{}{}{}", reason, error.count == 1 ? ": " : ", as ", error.first_url));
    }
    if (sorted.size() > Report::broken_length)
      text_ += fmt::format("  and {} other reasons\n", sorted.size() - Report::broken_length);
  }

  template <class Value>
  void list(std::string_view name, const std::vector<Report::PageNote>& notes, Value value) {
    if (notes.empty()) return;
    heading(name);
    for (const auto& note : notes) item(value(note), note.url);
  }

  const Report& report_;
  std::string text_;
};

}  // namespace

std::string to_string(Ending ending) {
  switch (ending) {
    case Ending::complete:
      return "complete";
    case Ending::interrupted:
      return "interrupted";
    case Ending::max_pages:
      return "max-pages";
  }
  return {};
}

void Report::count_page(PageNote page) {
  ++pages;
  bytes += page.bytes;
  keep_largest(slowest, page, [](const PageNote& note) { return note.elapsed; });
  keep_largest(largest, page, [](const PageNote& note) { return note.bytes; });
}

double Report::pages_per_second() const noexcept {
  const double seconds = std::chrono::duration<double>(duration).count();
  return seconds > 0 ? static_cast<double>(pages + failed) / seconds : 0;
}

std::string to_text(const Report& report) { return Writer{report}.write(); }

}  // namespace tandem::crawl
