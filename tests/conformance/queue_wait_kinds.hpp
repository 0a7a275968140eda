#pragma once

// What the queues let one wait for, as kinds of wait_suite.hpp: an item, room, and that all is done.

#include "tests/conformance/queue_kinds.hpp"

namespace tandem::test {

template <class Kind>
struct Get : Kind {
  static constexpr bool for_all = false;
  bool wait(auto... how) { return queue.try_get(how...).has_value(); }
  void provide() { queue.put(1); }
  typename Kind::template Queue<int> queue;
};

template <class Kind>
struct Put : Kind {
  static constexpr bool for_all = false;
  Put() { queue.put(1); }
  bool wait(auto... how) { return queue.try_put(1, how...); }
  void provide() { queue.get(); }
  typename Kind::template Queue<int> queue{1};
};

template <class Kind>
struct Join : Kind {
  static constexpr bool for_all = true;
  Join() { withdraw(); }
  bool wait(auto... how) { return queue.join(how...); }
  void provide() { queue.task_done(); }
  void withdraw() {
    queue.put(1);
    queue.get();
  }
  typename Kind::template Queue<int> queue;
};

}  // namespace tandem::test
