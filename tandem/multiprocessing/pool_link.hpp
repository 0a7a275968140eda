#pragma once

#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing {

class PoolTask;
class ProcessPool;

/// The way from a future to the pool that its task was given to, which may be gone long before the future is.
class PoolLink {
 public:
  explicit PoolLink(ProcessPool& pool) noexcept : pool_{&pool} {}

  /// See Future::terminate(). False if there is no pool any more.
  bool terminate(PoolTask& task);
  /// By the pool, when it goes.
  void cut() noexcept {
    const sync::Guard hold{lock_};
    pool_ = nullptr;
  }

 private:
  sync::Lock lock_{"PoolLink"};
  ProcessPool* pool_;  // guarded by lock_, so that the pool is there while it is used
};

}  // namespace tandem::multiprocessing
