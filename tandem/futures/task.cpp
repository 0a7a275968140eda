#include "tandem/futures/task.hpp"

namespace tandem::futures {
namespace {

constinit thread_local const void* pool_in_force = nullptr;

}  // namespace

const void* current_pool() noexcept { return pool_in_force; }

PoolScope::PoolScope(const void* pool) noexcept : outer_{pool_in_force} { pool_in_force = pool; }
PoolScope::~PoolScope() { pool_in_force = outer_; }

}  // namespace tandem::futures
