#pragma once

/// Python's module threading: Thread, and the primitives Lock, RLock, Condition, Event, Semaphore.

#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"
