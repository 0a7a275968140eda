#include "tandem/multiprocessing/pool_task.hpp"

namespace tandem::multiprocessing {

void PoolTask::fail(const std::exception_ptr& error) noexcept {
  try {
    core().finish_with_error(error);
  } catch (const futures::InvalidStateError& refusal) {
    futures::report_dropped_result(refusal);  // somebody else gave the future a result while the task ran
  }
}

}  // namespace tandem::multiprocessing
