#include "tandem/futures/pool_worker.hpp"

namespace tandem::futures {
namespace {

constinit thread_local const void* pool_in_force = nullptr;
constinit thread_local PoolWorker* worker_in_force = nullptr;

PoolWorker* worker_that_pauses(const void* pool, Deadline deadline) noexcept {
  const bool sleeps = pool != nullptr && worker_in_force != nullptr && deadline != Deadline::passed();
  return sleeps && worker_in_force->pool() == pool ? worker_in_force : nullptr;
}

}  // namespace

PoolWorker* PoolWorker::current() noexcept { return worker_in_force; }
const void* current_pool() noexcept { return pool_in_force; }

PoolScope::PoolScope(const void* pool) noexcept : outer_pool_{pool_in_force}, outer_worker_{worker_in_force} {
  pool_in_force = pool;
  worker_in_force = nullptr;
}
PoolScope::PoolScope(PoolWorker& worker) noexcept : outer_pool_{pool_in_force}, outer_worker_{worker_in_force} {
  pool_in_force = worker.pool();
  worker_in_force = &worker;
}
PoolScope::~PoolScope() {
  pool_in_force = outer_pool_;
  worker_in_force = outer_worker_;
}

WorkerPause::WorkerPause(const void* pool, Deadline deadline) noexcept : worker_{worker_that_pauses(pool, deadline)} {
  if (worker_ != nullptr) worker_->pauses();
}
WorkerPause::~WorkerPause() {
  if (worker_ != nullptr) worker_->goes_on();
}

}  // namespace tandem::futures
