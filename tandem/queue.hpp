#pragma once

/// Python's module queue: Queue, LifoQueue, PriorityQueue, SimpleQueue, and the exceptions Empty, Full and ShutDown.

#include "tandem/queue/errors.hpp"
#include "tandem/queue/lifo_queue.hpp"
#include "tandem/queue/priority_queue.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/queue/simple_queue.hpp"
