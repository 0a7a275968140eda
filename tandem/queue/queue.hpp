#pragma once

#include <deque>

#include "tandem/queue/blocking_queue.hpp"

namespace tandem::queue {

/// First in, first out.
template <class T>
class Fifo {
 public:
  void push(T&& item) { items_.push_back(std::move(item)); }
  T& next() noexcept { return items_.front(); }
  void drop_next() noexcept { items_.pop_front(); }
  Fifo take_all() noexcept {
    Fifo all;
    all.items_.swap(items_);
    return all;
  }
  std::size_t size() const noexcept { return items_.size(); }

 private:
  std::deque<T> items_;
};

/// A first-in first-out channel between threads. Python: queue.Queue. What it can do, and what it guarantees, stands at
/// BlockingQueue.
///
///     Queue<Job> jobs{100};
///     jobs.put(job);  jobs.put(job, 50ms);
///     for (Job& job : jobs) { run(job); jobs.task_done(); }
template <class T>
class Queue : public BlockingQueue<T, Fifo<T>> {
 public:
  explicit Queue(std::size_t maxsize = 0) : BlockingQueue<T, Fifo<T>>{maxsize} {}
};

}  // namespace tandem::queue
