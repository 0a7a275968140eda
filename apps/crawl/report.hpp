#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tandem::crawl {

enum class Ending { complete, interrupted, max_pages };
/// "complete", "interrupted", "max-pages": as it stands in the database.
std::string to_string(Ending ending);

/// What a crawl found, in numbers.
struct Report {
  struct PageNote {
    std::string url;
    std::uint64_t bytes = 0;
    std::chrono::nanoseconds elapsed{};
  };
  struct BrokenTarget {
    std::string target;
    std::string reason;
    std::string source;       ///< one of the pages that link there
    std::uint64_t links = 0;  ///< how many pages do
  };
  struct Poisoned {
    std::string url;
    std::string reason;
  };
  struct ErrorCount {
    std::uint64_t count = 0;
    std::string first_url;
  };
  static constexpr std::size_t list_length = 5;
  static constexpr std::size_t broken_length = 10;
  static constexpr std::size_t poisoned_length = 10;

  std::vector<std::string> roots;
  std::size_t roots_fetched = 0;   ///< how many of them answered with a page
  std::string root_error;          ///< the first root that did not, and why
  std::vector<std::string> notes;  ///< what the user should know besides

  std::uint64_t pages = 0;   ///< fetched well
  std::uint64_t failed = 0;  ///< no answer, a status of 400 or more, or a page that could not be read
  std::uint64_t bytes = 0;
  std::uint64_t links = 0;  ///< each target once for each page that has it
  std::uint64_t links_in_scope = 0;
  std::uint64_t broken_links = 0;            ///< links to what failed
  std::uint64_t broken_targets = 0;          ///< to how many pages those lead
  std::vector<BrokenTarget> broken;          ///< the first of them
  std::map<std::string, ErrorCount> errors;  ///< by reason
  std::uint64_t poisoned_pages = 0;          ///< failed in the parser
  std::vector<Poisoned> poisoned;            ///< the first of them
  std::vector<PageNote> slowest;
  std::vector<PageNote> largest;

  int fetchers = 0;  ///< threads
  int parsers = 0;   ///< processes
  std::chrono::nanoseconds duration{};
  Ending ending = Ending::complete;
  std::string database;
  std::int64_t crawl = 0;  ///< its id there

  /// Counts one page, and keeps it if it is among the slowest or largest.
  void count_page(PageNote page);
  double pages_per_second() const noexcept;
};

/// The summary for people: several lines, the last with a line break.
std::string to_text(const Report& report);

}  // namespace tandem::crawl
