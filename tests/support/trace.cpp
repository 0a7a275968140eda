#include "tests/support/trace.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include <linux/futex.h>
#include <sys/syscall.h>

namespace tandem::test {
namespace {

bool wakes(const TracedChild::SystemCall& call) {
  if (call.number != SYS_futex) return false;
  const auto what = call.second & static_cast<std::uint64_t>(FUTEX_CMD_MASK);
  return what == FUTEX_WAKE || what == FUTEX_WAKE_BITSET;
}

}  // namespace

Trace Trace::of(const Operation& operation, const Watch& watch) {
  Trace trace;
  std::unordered_map<std::uint64_t, bool> is_call;  // by address
  TracedChild child{operation};
  const HasChanged has_changed = watch();
  for (bool changed = false; !child.ended(); changed = has_changed()) {
    const std::uint64_t address = child.stands_at();
    const auto [known, is_new] = is_call.try_emplace(address);
    if (is_new) known->second = child.is_system_call(address);
    trace.points_.push_back({address, changed, known->second, known->second && wakes(child.system_call())});
    child.step();
  }
  trace.points_.pop_back();  // the instruction by which the end is known: who stands there has ended
  trace.plan();
  return trace;
}

/// How to get to each point in the fewest stops: from the beginning by a breakpoint, if it is the first at its address; otherwise
/// from a point behind the last one at that address, by a breakpoint again, which is not passed before; or from that one itself.
void Trace::plan() {
  std::vector<std::size_t> stops(size());
  std::unordered_map<std::uint64_t, std::size_t> last_at;
  from_.assign(size(), none);
  last_at[points_.front().address] = 0;
  for (std::size_t point = 1; point < size(); ++point) {
    const auto last = last_at.find(points_[point].address);
    if (last == last_at.end()) {
      stops[point] = 1;
    } else {
      from_[point] = last->second;
      stops[point] = stops[last->second] + 2;
      for (std::size_t from = last->second + 1; from < point; ++from) {
        if (stops[from] + 1 >= stops[point]) continue;
        from_[point] = from;
        stops[point] = stops[from] + 1;
      }
    }
    last_at[points_[point].address] = point;
  }
}

std::size_t Trace::changes() const { return static_cast<std::size_t>(std::ranges::count_if(points_, &Point::has_changed)); }

bool Trace::wakes_somebody() const { return std::ranges::any_of(points_, &Point::is_wake); }

std::vector<std::size_t> Trace::that_matter() const {
  constexpr std::size_t few = 3;
  std::set<std::size_t> points{0, size() - 1};
  std::map<std::uint64_t, std::vector<std::size_t>> changes;  // by the address of who made them
  for (std::size_t point = 0; point < size(); ++point) {
    if (points_[point].has_changed) changes[points_[point - 1].address].push_back(point);
    if (points_[point].is_call) points.insert({point, std::min(point + 1, size() - 1)});
  }
  for (const auto& [address, made] : changes) {
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (i >= few && made.size() - i > few) continue;
      points.insert({made[i] - 1, made[i]});
    }
  }
  return {points.begin(), points.end()};
}

std::vector<std::size_t> Trace::sample(std::size_t about, std::mt19937_64& random) const {
  std::vector<std::size_t> points = that_matter();
  std::vector<std::size_t> others;
  const std::vector<std::size_t> each = all();
  std::set_difference(each.begin(), each.end(), points.begin(), points.end(), std::back_inserter(others));
  const std::size_t more = about > points.size() ? about - points.size() : 0;
  std::sample(others.begin(), others.end(), std::back_inserter(points), std::max(more, about / 4), random);
  std::sort(points.begin(), points.end());
  return points;
}

std::vector<std::size_t> Trace::all() const {
  std::vector<std::size_t> points(size());
  std::iota(points.begin(), points.end(), std::size_t{0});
  return points;
}

bool Trace::dies_at(std::size_t point, const Operation& operation) const {
  std::vector<std::size_t> way;
  for (std::size_t at = point; at != none && at != 0; at = from_[at]) way.push_back(at);
  TracedChild child{operation};
  for (; !way.empty() && !child.ended(); way.pop_back()) child.go_to(points_[way.back()].address);
  return !child.ended();
}

}  // namespace tandem::test
