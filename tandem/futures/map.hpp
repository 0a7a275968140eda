#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/base/errors.hpp"
#include "tandem/base/take_iterator.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/futures/wait_set.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::futures {

/// What becomes of items under way when nobody wants their results any more: a thread may still use what the caller ends next, and
/// must be waited for; another process cannot.
enum class WhenDropped { is_awaited, lets_run };

/// Throws std::invalid_argument for options that make no sense: a chunksize of 0.
void check(const MapOptions& options);

/// What a walk ends with when an executor refused its next item with `error`, a std::logic_error: that; or, if it is about the
/// executor, which was shut down, one that says how many tasks were `begun`, with the other nested in it.
std::exception_ptr why_walk_ends(const std::exception_ptr& error, std::size_t begun);

/// The results of a function over a range, in order or as they come; made by an executor's map(). An input range that can be walked
/// once. The work on the first items begins with map(), each step of the walk begins one more, so a bounded number is under way at
/// any moment.
///
/// If the next item cannot be had or begun in the midst of a walk - the executor was shut down, the range threw - the results of
/// those that are under way come first; the step after the last of them throws the reason, once, and then the walk is over. For
/// shutdown() that is a std::logic_error which says how far it came. So no result is lost.
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
      while (pending_.size() < in_flight) {
        auto item = read();
        if (!item) break;
        begin(*std::move(item));
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

  /// A step of the walk without an iterator: the next result, or nothing after the last. Throws TimeoutError if it is not there in
  /// time; then the walk may go on, until the deadline of the whole. Python: IMapIterator.next(timeout).
  std::optional<Result> next(Deadline deadline = Deadline::never()) {
    if (pending_.empty()) {
      if (why_no_more_ != nullptr) std::rethrow_exception(std::exchange(why_no_more_, nullptr));
      return std::nullopt;
    }
    // It stays in its place until it is done: whatever ends the wait, drop() must find it.
    const auto done = await_next(std::min(deadline, deadline_));
    if (done == pending_.end()) throw TimeoutError("map: the next result was not there in time");
    const auto index = done - pending_.begin();
    Future<Result> taken = std::move(*done);
    pending_.erase(done);
    try {
      begin_one_more();
    } catch (const KeyboardInterrupt&) {
      pending_.insert(pending_.begin() + index, std::move(taken));  // the walk may go on afterwards
      throw;
    }
    return std::move(taken).result();
  }

 private:
  friend iterator;

  std::optional<Result> take() { return next(); }

  /// The next item, or nothing after the last.
  std::optional<Item> read() {
    if (is_read_) ++next_;  // not before: it may throw, or wait for an item that nobody has asked for
    is_read_ = false;
    if (next_ == std::ranges::end(*items_)) return std::nullopt;
    std::optional<Item> item{std::in_place, *next_};
    is_read_ = true;
    return item;
  }
  void begin(Item item) {
    pending_.push_back(submit_(std::move(item)));
    ++begun_;
  }

  /// Nothing that goes wrong here, but Ctrl-C, is to be heard of before the results that are under way.
  void begin_one_more() {
    if (why_no_more_ != nullptr) return;
    try {
      auto item = read();
      if (!item) return;
      try {
        begin(*std::move(item));
      } catch (const std::logic_error&) {
        why_no_more_ = why_walk_ends(std::current_exception(), begun_);
      }
    } catch (const KeyboardInterrupt&) {
      throw;
    } catch (...) {
      why_no_more_ = std::current_exception();
    }
  }

  using Pending = std::deque<Future<Result>>;

  /// Waits for the first, or for any; end() if the deadline passed before.
  typename Pending::iterator await_next(Deadline deadline) {
    if (!as_completed_) return pending_.front().wait(deadline) ? pending_.begin() : pending_.end();
    const auto is_done = [](const Future<Result>& future) { return future.done(); };
    if (const auto done = std::ranges::find_if(pending_, is_done); done != pending_.end()) return done;
    std::vector<FutureCore*> cores;
    for (const Future<Result>& future : pending_) cores.push_back(&future.core());
    const auto index = WaitSet{cores}.next(deadline);
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
  bool is_read_ = false;            // *next_ was
  std::size_t begun_ = 0;           // items that were submitted
  std::exception_ptr why_no_more_;  // for the step after the last result
  Pending pending_;                 // in the order of the items
  Deadline deadline_;
  bool as_completed_;
};

}  // namespace tandem::futures
