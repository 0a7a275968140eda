#pragma once

/// Python's module queue: Queue, and the exceptions Empty, Full and ShutDown.

#include "tandem/queue/errors.hpp"
#include "tandem/queue/queue.hpp"
