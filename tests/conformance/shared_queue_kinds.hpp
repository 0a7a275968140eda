#pragma once

// The queues between processes as kinds for the queue suites, each in a world: InSharedMemory or BetweenProcesses.
//
// They are not run through queue_objects_suite.hpp, which says why, nor through queue_exceptions_suite.hpp: its items throw when
// they are copied, moved or compared, of which these queues do nothing while they hold an item. What throws there is serialize(),
// and tests/multiprocessing/queue_test.cpp sees to that.

#include <cstddef>
#include <vector>

#include "tandem/multiprocessing/joinable_queue.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/simple_queue.hpp"
#include "tests/conformance/queue_kinds.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {

template <class ItsWorld>
struct SharedQueue : ItsWorld, AnyQueue {
  /// Who waits looks around after each nap, and stands last in the kernel's line then.
  static constexpr bool first_come_first_served = false;
  template <class T>
  using Queue = multiprocessing::Queue<T>;
  static std::size_t next(const std::vector<int>& /*inside*/) { return 0; }
};

template <class ItsWorld>
struct SharedJoinable : SharedQueue<ItsWorld> {
  template <class T>
  using Queue = multiprocessing::JoinableQueue<T>;
};

template <class ItsWorld>
struct SharedSimple : SharedQueue<ItsWorld> {
  static constexpr bool tells_size = false;  // as in Python
  static constexpr bool throws_empty = false;
  template <class T>
  using Queue = multiprocessing::SimpleQueue<T>;
};

}  // namespace tandem::test
