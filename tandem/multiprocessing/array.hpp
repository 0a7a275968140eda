#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "tandem/multiprocessing/shared_cells.hpp"

namespace tandem::multiprocessing {

[[noreturn]] void throw_no_such_element(std::size_t index, std::size_t size);

/// What Array and RawArray have in common.
template <SharedValue T>
class SharedElements : public SharedCells {
 public:
  std::size_t size() const { return state().count; }

  void load(remote::InputArchive& in) { load_cells(in, shared::Kind::array, sizeof(T)); }

 protected:
  explicit SharedElements(std::size_t size) : SharedCells{shared::Kind::array, checked(size), size * sizeof(T)} {}
  explicit SharedElements(std::span<const T> elements) : SharedElements{elements.size()} {
    std::copy(elements.begin(), elements.end(), first());
  }
  explicit SharedElements(SharedHandle::Blank blank) noexcept : SharedCells{blank} {}

  T* first() const { return reinterpret_cast<T*>(data()); }
  T& element(std::size_t index) const {
    if (index >= size()) throw_no_such_element(index, size());
    return first()[index];
  }

 private:
  static std::size_t checked(std::size_t size) {
    if (size == 0 || size > shared::Window::size / sizeof(T)) {
      throw std::invalid_argument("a shared array of " + std::to_string(size) + " elements: it must have 1 to " +
                                  std::to_string(shared::Window::size / sizeof(T)));
    }
    return size;
  }
};

/// Elements that several processes have in common, with a lock that each operation takes. Python: multiprocessing.Array. A handle,
/// see SharedHandle.
///
/// An element of up to 8 bytes is always whole; a larger one may be half-written if its writer was killed, which the next to take
/// the lock sees by get_lock().recovered(). An index that is too large throws std::out_of_range. T, errors and memory order are as
/// with Value.
///
///     mp::Array<double> sums{100};
///     sums[3] = 1.5;
///     sums.update(3, [](double& sum) { sum += 1; });
template <SharedValue T>
class Array : public SharedElements<T> {
 public:
  class Reference;
  class iterator;

  /// So many zeros.
  explicit Array(std::size_t size) : SharedElements<T>{size} {}
  /// These elements, two or more; what is a single number is a size.
  template <std::convertible_to<T>... Rest>
    requires(sizeof...(Rest) > 0)
  Array(T first, Rest... rest) : Array{std::vector<T>{first, static_cast<T>(rest)...}} {}
  explicit Array(const std::vector<T>& elements) : SharedElements<T>{std::span<const T>{elements}} {}
  explicit Array(SharedHandle::Blank blank) noexcept : SharedElements<T>{blank} {}

  Reference operator[](std::size_t index) const { return {*this, index}; }
  T get(std::size_t index) const {
    RLock lock = this->get_lock();
    const std::scoped_lock hold{lock};
    return this->element(index);
  }
  void set(std::size_t index, const T& value) const {
    update(index, [&value](T& element) { element = value; });
  }
  template <class Change>
  void update(std::size_t index, Change&& change) const {
    RLock lock = this->get_lock();
    const std::scoped_lock hold{lock};
    T next = this->element(index);
    std::forward<Change>(change)(next);
    store(this->element(index), next);
  }
  /// All of them at one moment.
  std::vector<T> copy() const {
    RLock lock = this->get_lock();
    const std::scoped_lock hold{lock};
    return {this->first(), this->first() + this->size()};
  }

  /// Each element as it is when it is looked at.
  iterator begin() const { return {*this, 0}; }
  iterator end() const { return {*this, this->size()}; }

 private:
  static void store(T& element, const T& next) noexcept {
    if constexpr (sizeof(T) <= sizeof(void*) && std::atomic_ref<T>::is_always_lock_free &&
                  alignof(T) >= std::atomic_ref<T>::required_alignment) {
      std::atomic_ref<T>{element}.store(next, std::memory_order_relaxed);
    } else {
      element = next;
    }
  }
};

/// An element, to be read and assigned.
template <SharedValue T>
class Array<T>::Reference {
 public:
  Reference(Array array, std::size_t index) : array_{std::move(array)}, index_{index} {}
  operator T() const { return array_.get(index_); }  // NOLINT: reads as the element
  Reference& operator=(const T& value) {
    array_.set(index_, value);
    return *this;
  }
  Reference& operator=(const Reference& other) { return *this = static_cast<T>(other); }
  Reference(const Reference&) = default;

 private:
  Array array_;
  std::size_t index_;
};

template <SharedValue T>
class Array<T>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  iterator(const Array& array, std::size_t index) : array_{&array}, index_{index} {}
  T operator*() const { return array_->get(index_); }
  iterator& operator++() {
    ++index_;
    return *this;
  }
  iterator operator++(int) {
    iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.index_ == b.index_; }

 private:
  const Array* array_;
  std::size_t index_;
};

/// Elements in shared memory without a lock: a span of them. Python: multiprocessing.RawArray.
template <SharedValue T>
class RawArray : public SharedElements<T> {
 public:
  explicit RawArray(std::size_t size) : SharedElements<T>{size} {}
  template <std::convertible_to<T>... Rest>
    requires(sizeof...(Rest) > 0)
  RawArray(T first, Rest... rest) : RawArray{std::vector<T>{first, static_cast<T>(rest)...}} {}
  explicit RawArray(const std::vector<T>& elements) : SharedElements<T>{std::span<const T>{elements}} {}
  explicit RawArray(SharedHandle::Blank blank) noexcept : SharedElements<T>{blank} {}

  std::span<T> span() const { return {this->first(), this->size()}; }
  T& operator[](std::size_t index) const { return this->element(index); }
  T* begin() const { return this->first(); }
  T* end() const { return this->first() + this->size(); }

 private:
  using SharedCells::get_lock;
};

}  // namespace tandem::multiprocessing
