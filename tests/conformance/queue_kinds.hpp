#pragma once

// The queues of <tandem/queue.hpp> as kinds for the queue suites:
//
//     struct Kind : InThreads {
//       template <class T> using Queue = ...;
//       static std::size_t next(const std::vector<int>& inside);  // the place of the item that is gotten next
//     };
//
// It says, too, what not all queues have: see AnyQueue.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "tandem/queue.hpp"
#include "tests/conformance/waiters.hpp"

namespace tandem::test {

struct AnyQueue {
  /// Whether who came first to wait is served first.
  static constexpr bool first_come_first_served = true;
  /// Whether it has a qsize(); the throwing get(deadline) and get_nowait(), and put_nowait().
  static constexpr bool tells_size = true;
  static constexpr bool throws_empty = true;
};

struct Fifo : InThreads, AnyQueue {
  template <class T>
  using Queue = queue::Queue<T>;
  static std::size_t next(const std::vector<int>& /*inside*/) { return 0; }
};

struct Lifo : InThreads, AnyQueue {
  template <class T>
  using Queue = queue::LifoQueue<T>;
  static std::size_t next(const std::vector<int>& inside) { return inside.size() - 1; }
};

/// For any T: what cannot be compared is all equal.
struct Smaller {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    if constexpr (requires { a < b; }) {
      return a < b;
    } else {
      return false;
    }
  }
};

struct Priority : InThreads, AnyQueue {
  template <class T>
  using Queue = queue::PriorityQueue<T, Smaller>;
  static std::size_t next(const std::vector<int>& inside) {
    return static_cast<std::size_t>(std::ranges::min_element(inside) - inside.begin());
  }
};

struct Simple : InThreads, AnyQueue {
  template <class T>
  using Queue = queue::SimpleQueue<T>;
  static std::size_t next(const std::vector<int>& /*inside*/) { return 0; }
};

/// The order in which a kind gives what was put in the order of `put`.
template <class Kind>
std::vector<int> order_of(std::vector<int> put) {
  std::vector<int> gotten;
  while (!put.empty()) {
    const auto next = put.begin() + static_cast<std::ptrdiff_t>(Kind::next(put));
    gotten.push_back(*next);
    put.erase(next);
  }
  return gotten;
}

}  // namespace tandem::test
