#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/base/take_iterator.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/futures/wait_set.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::futures {

/// What becomes of items under way when nobody wants their results any more: a thread may still use what the caller ends next, and
/// must be waited for; another process cannot.
enum class WhenDropped { is_awaited, lets_run };

/// The results of a function over a range, in order or as they come; made by an executor's map(). An input range that can be walked
/// once. The work on the first items begins with map(), each step of the walk begins one more, so a bounded number is under way at
/// any moment.
///
/// Destroying it cancels what has not begun, and waits for what has, or does not, as `when_dropped` says.
///
/// `Submit` hands one item to the executor: Future<Result> submit(Item).
template <class Submit, std::ranges::view View, WhenDropped when_dropped = WhenDropped::is_awaited>
class MapResults {
 public:
  using Item = std::ranges::range_value_t<View>;
  using Result = typename std::invoke_result_t<Submit&, Item>::value_type;
  static_assert(!std::is_void_v<Result>, "map() collects results, and this function returns none: use submit() for each item");
  using iterator = base::TakeIterator<MapResults, Result>;

  MapResults(Submit submit, View items, std::size_t in_flight, const MapOptions& options)
      : submit_{std::move(submit)},
        items_{std::make_unique<View>(std::move(items))},
        next_{std::ranges::begin(*items_)},
        deadline_{options.deadline},
        as_completed_{options.as_completed} {
    try {
      while (pending_.size() < in_flight && submit_one()) {
      }
    } catch (...) {
      drop();
      throw;
    }
  }
  MapResults(MapResults&&) noexcept = default;
  MapResults& operator=(MapResults&&) = delete;
  ~MapResults() { drop(); }

  iterator begin() { return iterator{*this}; }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend iterator;

  bool submit_one() {
    if (next_ == std::ranges::end(*items_)) return false;
    pending_.push_back(submit_(Item(*next_)));
    ++next_;
    return true;
  }

  std::optional<Result> take() {
    if (pending_.empty()) return std::nullopt;
    // It stays in its place until it is done: whatever ends the wait, drop() must find it.
    const auto done = await_next();
    if (done == pending_.end()) throw TimeoutError("map: the next result was not there in time");
    Future<Result> next = std::move(*done);
    pending_.erase(done);
    submit_one();
    return std::move(next).result();
  }

  using Pending = std::deque<Future<Result>>;

  /// Waits for the first, or for any; end() if the deadline passed before.
  typename Pending::iterator await_next() {
    if (!as_completed_) return pending_.front().wait(deadline_) ? pending_.begin() : pending_.end();
    const auto is_done = [](const Future<Result>& future) { return future.done(); };
    if (const auto done = std::ranges::find_if(pending_, is_done); done != pending_.end()) return done;
    std::vector<FutureCore*> cores;
    for (const Future<Result>& future : pending_) cores.push_back(&future.core());
    const auto index = WaitSet{cores}.next(deadline_);
    return index ? pending_.begin() + static_cast<std::ptrdiff_t>(*index) : pending_.end();
  }

  void drop() noexcept {
    const sync::Uninterruptible to_the_last;
    for (Future<Result>& future : pending_) future.cancel();
    if constexpr (when_dropped == WhenDropped::is_awaited) {
      for (Future<Result>& future : pending_) future.wait();
    }
    pending_.clear();
  }

  Submit submit_;
  std::unique_ptr<View> items_;  // on the heap, so that next_ stays valid when this moves
  std::ranges::iterator_t<View> next_;
  Pending pending_;  // in the order of the items
  Deadline deadline_;
  bool as_completed_;
};

}  // namespace tandem::futures
