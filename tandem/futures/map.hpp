#pragma once

#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

#include "tandem/futures/executor.hpp"

namespace tandem::futures {

/// The results of a function over a range, in order; made by an executor's map(). An input range that can be walked once. The work
/// on the first items begins with map(), each step of the walk begins one more, so a bounded number is under way at any moment.
///
/// Destroying it cancels what has not begun, and waits for what has, since that may still use what the caller ends next.
template <class E, class F, std::ranges::view View>
class MapResults {
 public:
  using Item = std::ranges::range_value_t<View>;
  using Result = std::remove_cvref_t<std::invoke_result_t<F&, Item>>;
  static_assert(!std::is_void_v<Result>, "map() collects results, and this function returns none: use submit() for each item");
  class iterator;

  MapResults(E& executor, F fn, View items, std::size_t in_flight, Deadline deadline)
      : executor_{&executor},
        fn_{std::make_shared<F>(std::move(fn))},
        items_{std::make_unique<View>(std::move(items))},
        next_{std::ranges::begin(*items_)},
        deadline_{deadline} {
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
  bool submit_one() {
    if (next_ == std::ranges::end(*items_)) return false;
    pending_.push_back(
        executor_->submit([fn = fn_](Item item) -> Result { return std::invoke(*fn, std::move(item)); }, Item(*next_)));
    ++next_;
    return true;
  }

  std::optional<Result> take() {
    if (pending_.empty()) return std::nullopt;
    Future<Result> first = std::move(pending_.front());
    pending_.pop_front();
    if (!first.wait(deadline_)) {
      pending_.push_front(first);
      throw TimeoutError("map: the next result was not there in time");
    }
    submit_one();
    return std::move(first).result();
  }

  void drop() noexcept {
    for (Future<Result>& future : pending_) future.cancel();
    for (Future<Result>& future : pending_) future.wait();
    pending_.clear();
  }

  E* executor_;
  std::shared_ptr<F> fn_;        // one for all items, called by several workers at once
  std::unique_ptr<View> items_;  // on the heap, so that next_ stays valid when this moves
  std::ranges::iterator_t<View> next_;
  std::deque<Future<Result>> pending_;  // in the order of the items
  Deadline deadline_;
};

template <class E, class F, std::ranges::view View>
class MapResults<E, F, View>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = Result;
  using difference_type = std::ptrdiff_t;

  explicit iterator(MapResults& from) : from_{&from}, at_{from.take()} {}

  Result& operator*() const noexcept { return *at_; }
  Result* operator->() const noexcept { return &*at_; }
  iterator& operator++() {
    at_ = from_->take();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return !it.at_.has_value(); }

 private:
  MapResults* from_;
  mutable std::optional<Result> at_;
};

}  // namespace tandem::futures
