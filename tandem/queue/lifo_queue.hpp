#pragma once

#include <deque>

#include "tandem/queue/blocking_queue.hpp"

namespace tandem::queue {

/// Last in, first out.
template <class T>
class Lifo {
 public:
  void push(T&& item) { items_.push_back(std::move(item)); }
  T& next() noexcept { return items_.back(); }
  void drop_next() noexcept { items_.pop_back(); }
  Lifo take_all() noexcept {
    Lifo all;
    all.items_.swap(items_);
    return all;
  }
  std::size_t size() const noexcept { return items_.size(); }

 private:
  std::deque<T> items_;  // and no vector, which would move all items when it grows: one that throws would be lost
};

/// A stack between threads: what was put last is gotten first. Python: queue.LifoQueue. What it can do, and what it guarantees,
/// stands at BlockingQueue.
template <class T>
class LifoQueue : public BlockingQueue<T, Lifo<T>> {
 public:
  explicit LifoQueue(std::size_t maxsize = 0) : BlockingQueue<T, Lifo<T>>{maxsize} {}
};

}  // namespace tandem::queue
