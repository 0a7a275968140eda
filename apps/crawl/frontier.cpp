#include "apps/crawl/frontier.hpp"

#include <algorithm>
#include <utility>

namespace tandem::crawl {

Frontier::Id Frontier::id_of(const Url& url) {
  if (const auto known = ids_.find(url.text()); known != ids_.end()) return known->second;
  const Id id = static_cast<Id>(nodes_.size());
  nodes_.push_back({.page = {.url = url, .depth = std::numeric_limits<int>::max(), .source = {}}, .redirect = {}, .links = {}});
  ids_.emplace(nodes_.back().page.url.text(), id);
  return id;
}

bool Frontier::add_root(const Url& url) {
  const Id id = id_of(url);
  if (nodes_[id].is_found) return false;
  reach(id, 0);
  return true;
}

std::optional<Frontier::Id> Frontier::next() {
  if (queue_.empty() || given_out_ >= limits_.max_pages) return std::nullopt;
  ++given_out_;
  const Id id = queue_.front();
  queue_.pop_front();
  return id;
}

Frontier::Id Frontier::redirect(Id from, const Url& to) {
  const Id target = id_of(to);
  // Another spelling of the same page, or a loop that ended well: the way back to itself leads nowhere.
  if (target == from) return target;
  nodes_[from].redirect = target;
  // Fetched just now, under another address: found only if a link leads to it.
  Node& node = nodes_[target];
  const bool was_found = std::exchange(node.is_found, true);
  reach(target, nodes_[from].page.depth);
  node.is_found = was_found;
  return target;
}

bool Frontier::expand(Id id, const std::vector<Url>& targets) {
  if (std::exchange(nodes_[id].is_expanded, true)) return false;
  const int depth = nodes_[id].page.depth;
  for (const Url& url : targets) {
    const Id target = id_of(url);
    nodes_[id].links.push_back(target);
    Page& page = nodes_[target].page;
    ++page.linked_from;
    if (!page.source) page.source = id;
    reach(target, depth + 1);
  }
  return true;
}

void Frontier::reach(Id first, int first_depth) {
  std::vector<std::pair<Id, int>> pending{{first, first_depth}};
  while (!pending.empty()) {
    const auto [id, depth] = pending.back();
    pending.pop_back();
    Node& node = nodes_[id];
    // Known by a redirect only, it has a depth but was not asked for; a link asks for it.
    if (!node.is_found && depth <= limits_.max_depth) {
      node.is_found = true;
      ++found_;
      queue_.push_back(id);
    }
    if (depth >= node.page.depth) continue;
    node.page.depth = depth;
    if (node.is_written) corrections_.push_back(id);
    if (node.redirect) pending.emplace_back(*node.redirect, depth);
    for (const Id target : node.links) pending.emplace_back(target, depth + 1);
  }
}

std::uint64_t Frontier::found() const noexcept { return std::min(found_, limits_.max_pages); }

}  // namespace tandem::crawl
