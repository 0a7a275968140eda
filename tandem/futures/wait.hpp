#pragma once

#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tandem/futures/future.hpp"
#include "tandem/futures/wait_set.hpp"

namespace tandem::futures {

/// When wait() returns. Python: the constants of the same names.
enum class ReturnWhen { FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED };
using enum ReturnWhen;

/// What wait() found; each future is in one of the two, and once.
template <class R>
struct WaitResult {
  std::vector<Future<R>> done;
  std::vector<Future<R>> not_done;
};

template <class Range>
concept FutureRange =
    std::ranges::input_range<Range> &&
    std::same_as<std::ranges::range_value_t<Range>, Future<typename std::ranges::range_value_t<Range>::value_type>>;

/// The R of a range of Future<R>.
template <FutureRange Range>
using FutureResult = typename std::ranges::range_value_t<Range>::value_type;

/// The futures of a range as handles of our own, each once, in order of their first place.
template <FutureRange Range>
std::vector<Future<FutureResult<Range>>> distinct(Range&& futures) {
  std::vector<Future<FutureResult<Range>>> all;
  std::unordered_set<const FutureCore*> seen;
  for (auto&& future : futures) {
    if (seen.insert(&future.core()).second) all.push_back(future);
  }
  return all;
}

template <class R>
std::vector<FutureCore*> cores_of(const std::vector<Future<R>>& futures) {
  std::vector<FutureCore*> cores;
  cores.reserve(futures.size());
  for (const Future<R>& future : futures) cores.push_back(&future.core());
  return cores;
}

/// Waits until all are done, or one is, or one has failed, at most until the deadline (which is no error here). Python:
/// concurrent.futures.wait. With FIRST_EXCEPTION a cancelled future does not count as failed.
template <FutureRange Range>
WaitResult<FutureResult<Range>> wait(Range&& futures, Deadline deadline = Deadline::never(), ReturnWhen until = ALL_COMPLETED,
                                     const std::stop_token* stop = nullptr) {
  auto all = distinct(futures);
  {
    WaitSet set{cores_of(all)};
    while (const auto index = set.next(deadline, stop)) {
      const auto& future = all[*index];
      if (until == FIRST_COMPLETED) break;
      if (until == FIRST_EXCEPTION && !future.cancelled() && future.exception()) break;
    }
  }
  WaitResult<FutureResult<Range>> result;
  for (auto& future : all) (future.done() ? result.done : result.not_done).push_back(std::move(future));
  return result;
}

/// The same, however long it takes: `wait(pages, FIRST_COMPLETED)`.
template <FutureRange Range>
WaitResult<FutureResult<Range>> wait(Range&& futures, ReturnWhen until) {
  return wait(std::forward<Range>(futures), Deadline::never(), until);
}

/// The same until stop is requested at most.
template <FutureRange Range>
WaitResult<FutureResult<Range>> wait(Range&& futures, std::stop_token stop, Deadline deadline = Deadline::never(),
                                     ReturnWhen until = ALL_COMPLETED) {
  return wait(std::forward<Range>(futures), deadline, until, &stop);
}

/// Gives futures as they become done; made by as_completed(). An input range that can be walked once.
template <class R>
class AsCompleted {
 public:
  class iterator;

  AsCompleted(std::vector<Future<R>> futures, Deadline deadline)
      : futures_{std::move(futures)}, set_{std::make_unique<WaitSet>(cores_of(futures_))}, deadline_{deadline} {}

  iterator begin() { return iterator{*this}; }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  Future<R>* next() {
    const std::size_t left = set_->left();
    if (left == 0) return nullptr;
    const auto index = set_->next(deadline_);
    if (!index) throw TimeoutError(std::to_string(left) + " (of " + std::to_string(futures_.size()) + ") futures unfinished");
    return &futures_[*index];
  }

  std::vector<Future<R>> futures_;
  std::unique_ptr<WaitSet> set_;  // watches futures_, whose cores stay where they are
  Deadline deadline_;
};

template <class R>
class AsCompleted<R>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = Future<R>;
  using difference_type = std::ptrdiff_t;

  explicit iterator(AsCompleted& from) : from_{&from}, at_{from.next()} {}

  Future<R>& operator*() const noexcept { return *at_; }
  Future<R>* operator->() const noexcept { return at_; }
  iterator& operator++() {
    at_ = from_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.at_ == nullptr; }

 private:
  AsCompleted* from_;
  Future<R>* at_;
};

/// The futures in the order in which they become done; one that stands there twice comes once. Python: as_completed. A step beyond
/// the deadline throws TimeoutError. Futures of different types are made alike before, by then(): each becomes one of a variant.
///
///     for (auto& page : as_completed(pages)) use(page.result());
template <FutureRange Range>
AsCompleted<FutureResult<Range>> as_completed(Range&& futures, Deadline deadline = Deadline::never()) {
  return AsCompleted<FutureResult<Range>>{distinct(futures), deadline};
}

}  // namespace tandem::futures
