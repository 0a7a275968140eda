#pragma once

#include <stop_token>

#include "tandem/multiprocessing/queue.hpp"

namespace tandem::multiprocessing {

/// A Queue that knows when all its items have been worked off. Python: multiprocessing.JoinableQueue.
///
/// Each item counts from put() until somebody reports it by task_done(), as whoever got it should. An item whose consumer died
/// before it could do so counts for ever, as in Python; nobody can tell how far it had come.
template <class T>
class JoinableQueue : public Queue<T> {
 public:
  using Queue<T>::Queue;

  /// Throws std::invalid_argument if that was said more often than items were put.
  void task_done() { this->report_done(1); }
  /// Waits until all items were reported done; false if the deadline passed first.
  bool join(Deadline deadline = Deadline::never()) { return this->wait_until_done(deadline, {}); }
  bool join(std::stop_token stop, Deadline deadline = Deadline::never()) {
    return this->wait_until_done(deadline, {.stop = &stop});
  }
};

}  // namespace tandem::multiprocessing
