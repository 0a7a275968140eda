#pragma once

// The queues of <tandem/queue.hpp> as kinds for the queue suites:
//
//     struct Kind : InThreads {
//       template <class T> using Queue = ...;
//       static std::size_t next(const std::vector<int>& inside);  // the place of the item that is gotten next
//     };

#include <algorithm>
#include <cstddef>
#include <vector>

#include "tandem/queue.hpp"
#include "tests/conformance/waiters.hpp"

namespace tandem::test {

struct Fifo : InThreads {
  template <class T>
  using Queue = queue::Queue<T>;
  static std::size_t next(const std::vector<int>& /*inside*/) { return 0; }
};

struct Lifo : InThreads {
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

struct Priority : InThreads {
  template <class T>
  using Queue = queue::PriorityQueue<T, Smaller>;
  static std::size_t next(const std::vector<int>& inside) {
    return static_cast<std::size_t>(std::ranges::min_element(inside) - inside.begin());
  }
};

struct Simple : InThreads {
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
