#pragma once

#include <optional>

#include "tandem/multiprocessing/queue.hpp"

namespace tandem::multiprocessing {

/// The queue between processes that can do least: no limit, no task_done(), no shutdown. Python: multiprocessing.SimpleQueue.
template <class T>
class SimpleQueue {
 public:
  using Blank = remote::Blank;

  SimpleQueue() = default;
  explicit SimpleQueue(Blank blank) noexcept : items_{blank} {}

  void put(const T& item) { items_.put(item); }
  T get() { return items_.get(); }
  std::optional<T> try_get(Deadline deadline = Deadline::passed()) { return items_.try_get(deadline); }
  bool empty() const { return items_.empty(); }
  void close() { items_.close(); }

  void save(remote::OutputArchive& out) const { items_.save(out); }
  void load(remote::InputArchive& in) { items_.load(in); }
  friend bool operator==(const SimpleQueue&, const SimpleQueue&) noexcept = default;

 private:
  Queue<T> items_;
};

}  // namespace tandem::multiprocessing
