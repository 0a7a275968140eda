#pragma once

#include "tandem/queue/queue.hpp"

namespace tandem::queue {

/// A first-in first-out channel without limit, and without what it takes to follow tasks or to end it. Python: queue.SimpleQueue.
/// put() never waits.
template <class T>
class SimpleQueue {
 public:
  void put(T item) { items_.put(std::move(item)); }
  void put_nowait(T item) { items_.put(std::move(item)); }

  /// Throws Empty if there was none in time; KeyboardInterrupt, see sync/interrupt.hpp.
  T get(Deadline deadline = Deadline::never()) { return items_.get(deadline); }
  T get_nowait() { return items_.get_nowait(); }
  std::optional<T> try_get(Deadline deadline = Deadline::passed()) { return items_.try_get(deadline); }
  std::optional<T> try_get(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return items_.try_get(std::move(stop), deadline);
  }

  /// Of the moment, for display.
  std::size_t qsize() const { return items_.qsize(); }
  bool empty() const { return items_.empty(); }

 private:
  Queue<T> items_;
};

}  // namespace tandem::queue
