#pragma once

/// Python: multiprocessing. Processes of this program that run functions of it, and what they have in common: queues, locks, memory.
/// tandem::init(), which they need.

#include "tandem/connection/connection.hpp"
#include "tandem/connection/listener.hpp"
#include "tandem/connection/wait.hpp"
#include "tandem/multiprocessing/array.hpp"
#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/multiprocessing/condition.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/joinable_queue.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tandem/multiprocessing/shareable_list.hpp"
#include "tandem/multiprocessing/shared_memory.hpp"
#include "tandem/multiprocessing/simple_queue.hpp"
#include "tandem/multiprocessing/task.hpp"
#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/multiprocessing/value.hpp"
