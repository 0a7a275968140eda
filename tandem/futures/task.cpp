#include "tandem/futures/task.hpp"

#include <cstdio>

namespace tandem::futures {
namespace {

constinit thread_local const void* pool_in_force = nullptr;

}  // namespace

const void* current_pool() noexcept { return pool_in_force; }

PoolScope::PoolScope(const void* pool) noexcept : outer_{pool_in_force} { pool_in_force = pool; }
PoolScope::~PoolScope() { pool_in_force = outer_; }

void report_dropped_result(const InvalidStateError& refusal) noexcept {
  std::fprintf(stderr, "The result of a task is dropped: %s\n", refusal.what());
}

}  // namespace tandem::futures
