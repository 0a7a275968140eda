#pragma once

/// Python's module threading: Thread, Timer, local, the primitives Lock, RLock, Condition, Semaphore, BoundedSemaphore, Event,
/// Barrier, and the module's functions.

#include "tandem/threading/acquire_in_order.hpp"
#include "tandem/threading/excepthook.hpp"
#include "tandem/threading/local.hpp"
#include "tandem/threading/made.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/stack_size.hpp"
#include "tandem/threading/thread.hpp"
#include "tandem/threading/timer.hpp"
