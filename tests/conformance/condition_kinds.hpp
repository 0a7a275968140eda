#pragma once

// The kinds of condition_suite.hpp, over the primitives of threading as over those of others that have their names.

#include <gtest/gtest.h>

#include "tandem/sync/current.hpp"

namespace tandem::test {

/// Over an RLock of its own, which only others can look at: it is held if they cannot have it.
template <class World, class Condition>
struct OwnLock : World {
  static constexpr bool recursive = true;
  bool held() {
    const sync::ActorScope somebody_else{sync::new_actor()};
    if (!condition.acquire(false)) return true;
    condition.release();
    return false;
  }
  Condition condition;
};

template <class World, class Condition, class RLock>
struct GivenRLock : World {
  static constexpr bool recursive = true;
  bool held() const { return lock.is_owned(); }
  RLock lock;
  Condition condition{lock};
};

template <class World, class Condition, class Lock>
struct GivenLock : World {
  static constexpr bool recursive = false;
  bool held() const { return lock.locked(); }
  Lock lock;
  Condition condition{lock};
};

template <class World, class Condition, class RLock, class Lock>
using Conditions =
    ::testing::Types<OwnLock<World, Condition>, GivenRLock<World, Condition, RLock>, GivenLock<World, Condition, Lock>>;

}  // namespace tandem::test
