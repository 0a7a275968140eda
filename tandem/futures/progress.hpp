#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

#include "tandem/base/unique_function.hpp"
#include "tandem/futures/future.hpp"
#include "tandem/futures/progress_bar.hpp"
#include "tandem/futures/progress_report.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::futures {

template <std::ranges::input_range Range>
class FollowedRange;

/// Counts what is done, and tells: by a bar on stderr (lines every three seconds where that is no terminal), or by a hook.
///
/// The hook is called with a ProgressReport, at most every `interval` and once at the end; one call at a time, by whoever happens
/// to count, so it should be short, and leave the Progress itself alone. What it throws reaches that one, and of a future's
/// callback stderr.
///
/// The destructor shows the end: the hook's last call, or an empty line where the bar was. It must outlive the ranges and the
/// futures that it follows: let all of these be done before.
/// Thread safety: all members may be called from any thread, a range is walked by one.
///
///     Progress progress{"parsing", pages.size()};
///     for (int words : progress.over(parsers.map(parse, pages))) total += words;
///     for (auto& page : progress.over(as_completed(fetched))) use(page.result());      // those that failed are counted apart
class Progress {
 public:
  using Hook = base::UniqueFunction<void(const ProgressReport&)>;

  /// On stderr; `total` 0: nobody knows yet.
  explicit Progress(std::string label, std::uint64_t total = 0);
  explicit Progress(Hook hook, std::uint64_t total = 0, std::chrono::milliseconds interval = std::chrono::milliseconds{100});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// So many more are done (and some of them failed), or known to be there to be done.
  void done(std::uint64_t more = 1, std::uint64_t failed = 0) { count(more, failed, 0); }
  void expect(std::uint64_t more) { count(0, 0, more); }

  /// Expects one more, and counts it when the future is done.
  template <class R>
  Future<R> follow(Future<R> future) {
    expect(1);
    future.add_done_callback([this](Future<R>& ended) { done(1, is_failure(ended) ? 1 : 0); });
    return future;
  }

  /// The same elements, each counted when the walk goes on from it; the total stays as it is. A future that has failed counts as
  /// failed.
  template <std::ranges::input_range Range>
  FollowedRange<Range> over(Range&& range) {
    return {*this, std::forward<Range>(range)};
  }

  /// How far it is now.
  ProgressReport report() const;

 private:
  template <std::ranges::input_range Range>
  friend class FollowedRange;
  using Clock = ProgressRate::Clock;

  template <class T>
  static bool is_failure([[maybe_unused]] const T& element) {
    if constexpr (requires(const T& future) {
                    { future.exception() } -> std::same_as<std::exception_ptr>;
                  }) {
      return element.cancelled() || (element.done() && element.exception() != nullptr);
    } else {
      return false;
    }
  }

  void count(std::uint64_t done, std::uint64_t failed, std::uint64_t expected);
  ProgressReport measured(Clock::time_point now) const;

  mutable sync::Lock lock_{"Progress"};  // guards all below
  std::uint64_t done_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t total_;
  mutable ProgressRate rate_{Clock::now()};
  std::optional<ProgressBar> bar_;  // this, or
  Hook hook_;                       // that
  const std::chrono::milliseconds interval_;
  Clock::time_point next_;  // when the hook is called again
};

/// A range whose elements are counted; made by Progress::over(). Walked once.
template <std::ranges::input_range Range>
class FollowedRange {
 public:
  class iterator;

  FollowedRange(Progress& progress, Range&& range) : progress_{progress}, range_{std::forward<Range>(range)} {}

  iterator begin() { return iterator{progress_, std::ranges::begin(range_), std::ranges::end(range_)}; }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  Progress& progress_;
  Range range_;  // itself, or a reference if it is somebody's
};

template <std::ranges::input_range Range>
class FollowedRange<Range>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = std::ranges::range_value_t<Range>;
  using difference_type = std::ptrdiff_t;
  using Inner = std::ranges::iterator_t<Range>;

  iterator(Progress& progress, Inner at, std::ranges::sentinel_t<Range> end)
      : progress_{&progress}, at_{std::move(at)}, end_{std::move(end)} {}

  decltype(auto) operator*() const { return *at_; }
  iterator& operator++() {
    progress_->done(1, Progress::is_failure(*at_) ? 1 : 0);
    ++at_;
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& it, std::default_sentinel_t) { return it.at_ == it.end_; }

 private:
  Progress* progress_;
  Inner at_;
  [[no_unique_address]] std::ranges::sentinel_t<Range> end_;
};

}  // namespace tandem::futures
