#pragma once

#include "tandem/base/deadline.hpp"

namespace tandem::futures {

class Runnable;

/// What a pool wants to know about the thread that works for it: the thread's code waits for a task of the same pool. There is one
/// in force on each worker of a pool of threads; others have none.
class PoolWorker {
 public:
  /// The one of the calling thread, or nullptr.
  static PoolWorker* current() noexcept;

  explicit PoolWorker(const void* pool) noexcept : pool_{pool} {}
  PoolWorker(const PoolWorker&) = delete;
  PoolWorker& operator=(const PoolWorker&) = delete;

  /// Compared, never followed.
  const void* pool() const noexcept { return pool_; }

  /// The thread is to run `task` of its pool, which it waits for: takes it out of its queue. False if it is not in one, or in
  /// another worker's, where it may stay.
  virtual bool takes_out(Runnable& task) noexcept = 0;
  /// The thread is about to sleep until a task of its pool is done: another worker may take its place.
  virtual void pauses() noexcept = 0;
  /// It sleeps no more.
  virtual void goes_on() noexcept = 0;

 protected:
  ~PoolWorker() = default;

 private:
  const void* const pool_;
};

/// The pool whose worker the calling thread is, or nullptr. Compared, never followed.
const void* current_pool() noexcept;

/// Says which pool the calling thread works for, for the scope's lifetime, and as which of its workers, if that matters.
class PoolScope {
 public:
  explicit PoolScope(const void* pool) noexcept;
  explicit PoolScope(PoolWorker& worker) noexcept;
  ~PoolScope();
  PoolScope(const PoolScope&) = delete;
  PoolScope& operator=(const PoolScope&) = delete;

 private:
  const void* const outer_pool_;
  PoolWorker* const outer_worker_;
};

/// While it lives the calling thread sleeps until a task of `pool` is done. Tells the thread's worker, if that works for this pool
/// and the sleep is no mere try.
class WorkerPause {
 public:
  WorkerPause(const void* pool, Deadline deadline) noexcept;
  ~WorkerPause();
  WorkerPause(const WorkerPause&) = delete;
  WorkerPause& operator=(const WorkerPause&) = delete;

 private:
  PoolWorker* const worker_;
};

}  // namespace tandem::futures
