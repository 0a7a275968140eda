#include "tandem/multiprocessing/pool_task.hpp"

#include <stdexcept>

#include "tandem/multiprocessing/pool_link.hpp"

namespace tandem::multiprocessing {
namespace {

futures::TaskOptions checked(futures::TaskOptions options) {
  if (options.retries < 0) {
    throw std::invalid_argument("retries is " + std::to_string(options.retries) + ", but must be 0 (one attempt) or more");
  }
  if (options.backoff < options.backoff.zero()) throw std::invalid_argument("backoff is negative, but must be 0 or more");
  if (options.memory_limit == 0) {
    throw std::invalid_argument("memory_limit is 0, but must be 1 or more: leave memory_limit out for a task without a limit");
  }
  return options;
}

}  // namespace

PoolTask::PoolTask(remote::Call call, futures::TaskOptions options)
    : message{std::move(call.message)}, options_{checked(std::move(options))} {}

bool PoolTask::take_retry() noexcept {
  if (is_last_attempt || retries_made_ >= options_.retries || core().done()) return false;
  ++retries_made_;
  return true;
}

Deadline PoolTask::retry_time() const noexcept {
  auto pause = options_.backoff;
  for (int i = 1; i < retries_made_ && pause < pause.max() / 2; ++i) pause *= 2;
  return Deadline{pause};
}

void PoolTask::fail(const std::exception_ptr& error) noexcept {
  try {
    core().finish_with_error(error);
  } catch (const futures::InvalidStateError& refusal) {
    futures::report_dropped_result(refusal);  // somebody else gave the future a result while the task ran
  }
}

bool PoolTask::terminate_in_pool() {
  if (core().cancel()) return true;
  if (pool == nullptr) return false;
  const PoolLink::Stopped stopped = pool->terminate(*this);
  if (stopped != PoolLink::Stopped::now) return stopped == PoolLink::Stopped::soon;
  return core().finish_as_cancelled();
}
bool PoolTask::revoke_in_pool() { return pool == nullptr || pool->revoke(*this); }
bool PoolTask::has_begun_in_pool() const { return pool != nullptr && pool->has_begun(*this); }

}  // namespace tandem::multiprocessing
