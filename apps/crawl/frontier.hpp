#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apps/crawl/url.hpp"

namespace tandem::crawl {

/// Which pages of a crawl are known, which of them are to be fetched, and how far each is from a root.
///
/// Answers of many fetchers arrive in any order, so a page may first be found by a detour. When a shorter way is found, the page's
/// depth and that of all behind it is corrected, and what comes within the limit by that is fetched after all: what a crawl with a
/// depth limit fetches does not depend on chance. A redirect is a way of length 0.
class Frontier {
 public:
  using Id = std::uint32_t;

  struct Limits {
    int max_depth = std::numeric_limits<int>::max();
    std::uint64_t max_pages = std::numeric_limits<std::uint64_t>::max();
  };

  struct Page {
    Url url;
    int depth;                      ///< links between a root and here; what is known so far
    std::uint32_t linked_from = 0;  ///< how many pages link here
    std::optional<Id> source;       ///< the first of those
  };

  explicit Frontier(Limits limits) : limits_{limits} {}

  /// Lets `url` be fetched, at depth 0. False if it is known already.
  bool add_root(const Url& url);

  /// The next page to fetch, the first found first; nothing if none is known right now, or max_pages were given out.
  std::optional<Id> next();

  /// `from` answered by leading to `to`, which is in scope. Gives the id of `to`.
  Id redirect(Id from, const Url& to);
  /// The links of `id` that are in scope. Does nothing and returns false if they were given before: by another page that redirects
  /// to `id`.
  bool expand(Id id, const std::vector<Url>& targets);

  /// Says that `id` was written down with the depth that it has now: corrections of it are told by take_corrections().
  void written(Id id) { nodes_[id].is_written = true; }
  std::vector<Id> take_corrections() { return std::exchange(corrections_, {}); }

  const Page& page(Id id) const { return nodes_[id].page; }
  /// How many were to be fetched so far.
  std::uint64_t found() const noexcept;
  /// Whether there was more to fetch than max_pages.
  bool cut_short() const noexcept { return found_ > limits_.max_pages; }

 private:
  struct Node {
    Page page;
    bool is_found = false;     // in queue_, or was
    bool is_expanded = false;  // its links are known
    bool is_written = false;
    std::optional<Id> redirect;
    std::vector<Id> links;
  };

  Id id_of(const Url& url);
  /// There is a way of length `depth` to `id`.
  void reach(Id id, int depth);

  const Limits limits_;
  std::deque<Node> nodes_;                        // a deque, so that their URLs stay where they are:
  std::unordered_map<std::string_view, Id> ids_;  // these look into them
  std::deque<Id> queue_;
  std::vector<Id> corrections_;
  std::uint64_t found_ = 0;
  std::uint64_t given_out_ = 0;
};

}  // namespace tandem::crawl
