#pragma once

#include <functional>

#include "tandem/queue/blocking_queue.hpp"
#include "tandem/queue/stable_heap.hpp"

namespace tandem::queue {

/// A queue that gives the smallest item first, by Less; of equal ones, the one that was put first. Python: queue.PriorityQueue.
/// What it can do, and what it guarantees, stands at BlockingQueue. A comparison that throws leaves it whole: put() has then put
/// nothing, get() has taken nothing.
///
///     PriorityQueue<std::pair<int, std::string>> work;
///     work.put({2, "later"});  work.put({1, "now"});
template <class T, class Less = std::less<T>>
class PriorityQueue : public BlockingQueue<T, StableHeap<T, Less>> {
 public:
  explicit PriorityQueue(std::size_t maxsize = 0, Less less = {})
      : BlockingQueue<T, StableHeap<T, Less>>{maxsize, StableHeap<T, Less>{std::move(less)}} {}
};

}  // namespace tandem::queue
