#include "tandem/futures/thread_pool_executor.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "tandem/platform/cpu_count.hpp"

namespace tandem::futures {
namespace {

int checked(int max_workers) {
  if (max_workers > 0) return max_workers;
  throw std::invalid_argument("ThreadPoolExecutor: max_workers is " + std::to_string(max_workers) + ", but must be 1 or more");
}

int default_workers() { return std::min(32, platform::cpu_count() + 4); }

}  // namespace

ThreadPoolExecutor::ThreadPoolExecutor(int max_workers) : ThreadPoolExecutor{options_of(max_workers, {})} {}

ThreadPoolOptions ThreadPoolExecutor::options_of(int max_workers, std::function<void()> initializer) {
  return {.max_workers = checked(max_workers), .thread_name_prefix = {}, .initializer = std::move(initializer)};
}

ThreadPoolExecutor::ThreadPoolExecutor(ThreadPoolOptions options)
    : max_workers_{options.max_workers == 0 ? default_workers() : checked(options.max_workers)},
      engine_{std::make_shared<ThreadEngine>(
          max_workers_, options.thread_name_prefix.empty() ? "ThreadPoolExecutor" : std::move(options.thread_name_prefix),
          std::move(options.initializer))} {}

ThreadPoolExecutor::~ThreadPoolExecutor() {
  const sync::Uninterruptible to_the_last;
  engine_->close(sync::unwinding_interrupt());
  if (engine_->is_mine()) engine_->run_what_is_queued();  // there may be no other worker
  engine_->join();
}

void ThreadPoolExecutor::shutdown(bool wait, bool cancel_futures) {
  if (wait && engine_->is_mine()) {
    throw std::logic_error("ThreadPoolExecutor::shutdown(wait) by one of its own workers would wait for itself: pass wait = false");
  }
  engine_->close(cancel_futures);
  if (wait) engine_->join();
}

}  // namespace tandem::futures
