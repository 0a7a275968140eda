#pragma once

#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing {

class PoolTask;
class ProcessPool;

/// The way from a future to the pool that its task was given to, which may be gone long before the future is. Without a pool, the
/// task is over.
class PoolLink {
 public:
  explicit PoolLink(ProcessPool& pool) noexcept : pool_{&pool} {}

  /// What terminate() has done: nothing, as it is over; or its worker is being killed; or it was taken out of the pool, and the
  /// caller is to end its future.
  enum class Stopped { no, soon, now };
  Stopped terminate(PoolTask& task);
  /// Takes it out of the pool, unless a worker has begun it.
  bool revoke(PoolTask& task);
  bool has_begun(const PoolTask& task);
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
