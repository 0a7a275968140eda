#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem::queue {

/// The smallest first, by Less; of equal ones the one that was pushed first. A binary heap, O(log n) for push and drop_next.
///
/// It first compares and then moves: a comparison that throws has changed nothing. The tempting wrong version is std::push_heap,
/// which moves while it compares, and leaves a heap with a hole.
template <class T, class Less>
class StableHeap {
 public:
  StableHeap()
    requires std::default_initializable<Less>
  = default;
  explicit StableHeap(Less less) : less_(std::move(less)) {}

  void push(T&& item) {
    std::size_t hole = nodes_.size();
    while (hole != 0 && less_(std::as_const(item), *nodes_[parent(hole)].item)) hole = parent(hole);
    nodes_.push_back(Node{Item{std::move(item)}, pushed_});
    ++pushed_;
    Node fresh = std::move(nodes_.back());
    for (std::size_t at = nodes_.size() - 1; at != hole; at = parent(at)) nodes_[at] = std::move(nodes_[parent(at)]);
    nodes_[hole] = std::move(fresh);
  }

  T& next() {
    hole_ = where_the_last_goes();
    return *nodes_.front().item;
  }

  void drop_next() noexcept {
    // The path from the root down to the hole, found from its end.
    std::array<std::size_t, 8 * sizeof(std::size_t)> path;
    std::size_t steps = 0;
    for (std::size_t at = hole_; at != 0; at = parent(at)) path[steps++] = at;
    std::size_t free = 0;
    while (steps != 0) {
      const std::size_t child = path[--steps];
      nodes_[free] = std::move(nodes_[child]);
      free = child;
    }
    if (free != nodes_.size() - 1) nodes_[free] = std::move(nodes_.back());
    nodes_.pop_back();
  }

  StableHeap take_all() noexcept {
    StableHeap all{less_};
    all.nodes_.swap(nodes_);
    return all;
  }

  std::size_t size() const noexcept { return nodes_.size(); }

 private:
  /// Moves without fail, which what follows a comparison must.
  static constexpr bool in_place = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>;
  class InPlace {
   public:
    explicit InPlace(T&& item) noexcept : item_(std::move(item)) {}  // no braces: T may be a list that takes itself
    T& operator*() noexcept { return item_; }
    const T& operator*() const noexcept { return item_; }

   private:
    T item_;
  };
  class Boxed {
   public:
    explicit Boxed(T&& item) : item_{std::make_unique<T>(std::move(item))} {}
    T& operator*() noexcept { return *item_; }
    const T& operator*() const noexcept { return *item_; }

   private:
    std::unique_ptr<T> item_;
  };
  using Item = std::conditional_t<in_place, InPlace, Boxed>;

  struct Node {
    Item item;
    std::uint64_t order;  // how many were pushed before it
  };

  static constexpr std::size_t parent(std::size_t child) noexcept { return (child - 1) / 2; }

  bool before(const Node& a, const Node& b) const {
    if (less_(*a.item, *b.item)) return true;
    return a.order < b.order && !less_(*b.item, *a.item);
  }

  /// When the root is gone, the last node fills the gap: children that come before it move up one by one, and it goes where the
  /// last of them was.
  std::size_t where_the_last_goes() const {
    const std::size_t last = nodes_.size() - 1;
    std::size_t at = 0;
    for (std::size_t child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && before(nodes_[child + 1], nodes_[child])) ++child;
      if (before(nodes_[last], nodes_[child])) break;
      at = child;
    }
    return at;
  }

  [[no_unique_address]] Less less_;
  std::vector<Node> nodes_;
  std::size_t hole_ = 0;  // what next() found, for drop_next()
  std::uint64_t pushed_ = 0;
};

}  // namespace tandem::queue
