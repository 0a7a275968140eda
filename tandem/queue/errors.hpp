#pragma once

#include <stdexcept>

namespace tandem::queue {

/// get() found nothing in time. Python: queue.Empty.
class Empty : public std::runtime_error {
 public:
  Empty() : std::runtime_error("the queue is empty") {}
};

/// put() found no room in time. Python: queue.Full.
class Full : public std::runtime_error {
 public:
  Full() : std::runtime_error("the queue is full") {}
};

/// The queue was shut down: nothing can be put any more, or nothing is left to get. Python: queue.ShutDown.
class ShutDown : public std::runtime_error {
 public:
  ShutDown() : std::runtime_error("the queue was shut down") {}
};

}  // namespace tandem::queue
