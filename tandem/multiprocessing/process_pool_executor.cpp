#include "tandem/multiprocessing/process_pool_executor.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "tandem/multiprocessing/process_pool.hpp"
#include "tandem/platform/cpu_count.hpp"

namespace tandem::futures {
namespace {

int checked(int max_workers) {
  if (max_workers > 0) return max_workers;
  throw std::invalid_argument("ProcessPoolExecutor: max_workers is " + std::to_string(max_workers) + ", but must be 1 or more");
}

std::optional<int> checked(std::optional<int> max_tasks_per_child) {
  if (!max_tasks_per_child || *max_tasks_per_child > 0) return max_tasks_per_child;
  throw std::invalid_argument("ProcessPoolExecutor: max_tasks_per_child is " + std::to_string(*max_tasks_per_child) +
                              ", but must be 1 or more, or not given");
}

/// docs/adr/0020-pool-start-methods.md says why.
multiprocessing::StartMethod checked(const std::optional<multiprocessing::Context>& context) {
  const auto method = context ? context->method() : multiprocessing::default_start_method();
  if (method != multiprocessing::StartMethod::fork) return method;
  throw std::invalid_argument(
      "ProcessPoolExecutor: workers are replaced at any time, and a copy of the program made by 'fork' at such a time would wait "
      "for ever for what its other threads held: give the pool get_context(\"forkserver\") or get_context(\"spawn\") as its "
      "mp_context (Pool: context), and what the workers need by the initializer");
}

multiprocessing::ProcessPool::Settings settings_of(ProcessPoolOptions options) {
  const int most = options.max_workers == 0 ? platform::cpu_count() : checked(options.max_workers);
  return {.max_workers = most,
          .name = options.name.empty() ? "ProcessPoolExecutor" : std::move(options.name),
          .initializer = options.initializer.call(),
          .max_tasks_per_child = checked(options.max_tasks_per_child),
          .start_method = checked(options.mp_context)};
}

}  // namespace

ProcessPoolExecutor::ProcessPoolExecutor(int max_workers)
    : ProcessPoolExecutor{ProcessPoolOptions{.max_workers = checked(max_workers)}} {}

ProcessPoolExecutor::ProcessPoolExecutor(ProcessPoolOptions options)
    : pool_{std::make_unique<multiprocessing::ProcessPool>(settings_of(std::move(options)))} {}

ProcessPoolExecutor::~ProcessPoolExecutor() { multiprocessing::ProcessPool::end(std::move(pool_)); }

void ProcessPoolExecutor::shutdown(bool wait, bool cancel_futures) { pool_->shutdown(wait, cancel_futures); }
int ProcessPoolExecutor::max_workers() const noexcept { return pool_->max_workers(); }
std::vector<int> ProcessPoolExecutor::worker_pids() const { return pool_->worker_pids(); }
void ProcessPoolExecutor::kill_workers(const std::string& by) { pool_->kill_workers(by); }
void ProcessPoolExecutor::terminate_workers(const std::string& by) { pool_->terminate_workers(by); }
remote::CrateStore& ProcessPoolExecutor::crates() noexcept { return pool_->crates(); }
void ProcessPoolExecutor::enqueue(std::shared_ptr<multiprocessing::PoolTask> task) { pool_->submit(std::move(task)); }

}  // namespace tandem::futures
