#pragma once

#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/base/take_iterator.hpp"
#include "tandem/futures/map.hpp"
#include "tandem/multiprocessing/map_chunk.hpp"

namespace tandem::multiprocessing {

/// The items of a range, several at a time. Reads on only as it is walked, once.
template <std::ranges::view View>
class Chunks : public std::ranges::view_interface<Chunks<View>> {
 public:
  using Item = std::ranges::range_value_t<View>;
  class iterator;

  Chunks(View items, std::size_t size) : items_{std::move(items)}, size_{size} {}

  iterator begin() { return iterator{*this}; }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  View items_;
  std::size_t size_;
};

template <std::ranges::view View>
class Chunks<View>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = std::vector<Item>;
  using difference_type = std::ptrdiff_t;

  explicit iterator(Chunks& from) : from_{&from}, next_{std::ranges::begin(from.items_)} { read(); }

  std::vector<Item>& operator*() const noexcept { return chunk_; }
  iterator& operator++() {
    read();
    return *this;
  }
  void operator++(int) { read(); }
  friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.chunk_.empty(); }

 private:
  void read() {
    chunk_.clear();
    for (; chunk_.size() < from_->size_ && next_ != std::ranges::end(from_->items_); ++next_) chunk_.push_back(*next_);
  }

  Chunks* from_;
  std::ranges::iterator_t<View> next_;
  mutable std::vector<Item> chunk_;
};

/// The results of a function over a range, in order or as they come, from an executor of processes, where items travel in chunks.
/// Else as futures::MapResults: lazy, with a bounded number in flight, walked once. Destroying it cancels what has not begun, and
/// does not wait for what has: that runs in another process and uses nothing of this one's.
template <class E, class F, std::ranges::view View>
class ChunkedMap {
 public:
  using Item = std::ranges::range_value_t<View>;
  using Submit = SubmitChunk<E, F, Item>;
  using Result = typename Submit::Result;
  static_assert(!std::is_same_v<Result, Nothing>,
                "map() collects results, and this function returns none: use submit() for each item");
  using iterator = base::TakeIterator<ChunkedMap, Result>;

  ChunkedMap(E& executor, F fn, View items, std::size_t chunksize, std::size_t chunks_in_flight, const futures::MapOptions& options)
      : chunks_{Submit{executor, std::move(fn)}, Chunks<View>{std::move(items), chunksize}, chunks_in_flight, options} {}

  iterator begin() { return iterator{*this}; }
  std::default_sentinel_t end() const noexcept { return {}; }

  /// As MapResults::next(). Throws what the call for the result threw; the step after that goes on with the next chunk.
  std::optional<Result> next(Deadline deadline = Deadline::never()) {
    while (given_ == chunk_.results.size()) {
      if (chunk_.error) std::rethrow_exception(std::exchange(chunk_.error, nullptr));
      auto chunk = chunks_.next(deadline);
      if (!chunk) return std::nullopt;
      chunk_ = *std::move(chunk);
      given_ = 0;
    }
    return std::move(chunk_.results[given_++]);
  }

 private:
  friend iterator;

  std::optional<Result> take() { return next(); }

  using MappedChunks = futures::MapResults<Submit, Chunks<View>, futures::WhenDropped::lets_run>;

  MappedChunks chunks_;
  MapChunk<Result> chunk_;
  std::size_t given_ = 0;  // of chunk_
};

}  // namespace tandem::multiprocessing
