#pragma once

#include <mutex>  // for users: std::scoped_lock is how a lock is held

#include "tandem/sync/barrier.hpp"
#include "tandem/sync/condition.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/sync/rlock.hpp"
#include "tandem/sync/semaphore.hpp"

/// The public names of the in-process primitives: the same objects serve threads, greenlets and coroutines.
namespace tandem::threading {

using sync::Barrier;
using sync::BoundedSemaphore;
using sync::BrokenBarrierError;
using sync::Condition;
using sync::Event;
using sync::Lock;
using sync::RLock;
using sync::Semaphore;

}  // namespace tandem::threading
