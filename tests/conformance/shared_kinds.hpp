#pragma once

// The primitives in shared memory as kinds for the suites, each in a world: InSharedMemory, where the other parties are threads, or
// BetweenProcesses, where they are processes.

#include <gtest/gtest.h>

#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tests/conformance/condition_kinds.hpp"
#include "tests/conformance/lockable_suite.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {

template <class World>
struct SharedPrimitives : World {
  using Lock = multiprocessing::Lock;
  using RLock = multiprocessing::RLock;
  using Event = multiprocessing::Event;
  using Barrier = SharedBarrier;
  using Broken = multiprocessing::BrokenBarrierError;
};

template <class World>
struct Unbounded : World {
  using Semaphore = multiprocessing::Semaphore;
  static constexpr bool bounded = false;
};
template <class World>
struct Bounded : World {
  using Semaphore = multiprocessing::BoundedSemaphore;
  static constexpr bool bounded = true;
};
template <class World>
using SharedSemaphores = ::testing::Types<Unbounded<World>, Bounded<World>>;

template <class World>
using SharedLocks =
    ::testing::Types<Locking<World, multiprocessing::Lock>, Locking<World, multiprocessing::RLock>,
                     Locking<World, multiprocessing::Condition>, Locking<World, multiprocessing::Semaphore>>;  // Semaphore{1}

template <class World>
using SharedConditions = Conditions<World, multiprocessing::Condition, multiprocessing::RLock, multiprocessing::Lock>;

}  // namespace tandem::test
