#pragma once

#include <cstddef>
#include <iterator>
#include <optional>

namespace tandem::base {

/// Walks what hands out its elements one by one, by `std::optional<T> take()`: an input iterator whose every step takes the next, and
/// which equals the end when there was none. `From` makes it a friend if its take() is private.
template <class From, class T>
class TakeIterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  /// Takes the first.
  explicit TakeIterator(From& from) : from_{&from}, at_{from.take()} {}

  T& operator*() const noexcept { return *at_; }
  T* operator->() const noexcept { return &*at_; }
  TakeIterator& operator++() {
    at_ = from_->take();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const TakeIterator& it, std::default_sentinel_t) noexcept { return !it.at_.has_value(); }

 private:
  From* from_;
  mutable std::optional<T> at_;
};

}  // namespace tandem::base
