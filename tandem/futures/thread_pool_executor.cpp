#include "tandem/futures/thread_pool_executor.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <thread>

namespace tandem::futures {
namespace {

int checked(int max_workers) {
  if (max_workers > 0) return max_workers;
  throw std::invalid_argument("ThreadPoolExecutor: max_workers is " + std::to_string(max_workers) + ", but must be 1 or more");
}

int default_workers() noexcept { return std::min(32, static_cast<int>(std::thread::hardware_concurrency()) + 4); }

}  // namespace

ThreadPoolExecutor::ThreadPoolExecutor(int max_workers)
    : ThreadPoolExecutor{ThreadPoolOptions{.max_workers = checked(max_workers), .thread_name_prefix = {}}} {}

ThreadPoolExecutor::ThreadPoolExecutor(ThreadPoolOptions options)
    : max_workers_{options.max_workers == 0 ? default_workers() : checked(options.max_workers)},
      prefix_{options.thread_name_prefix.empty() ? "ThreadPoolExecutor" : std::move(options.thread_name_prefix)} {}

ThreadPoolExecutor::~ThreadPoolExecutor() {
  const sync::Uninterruptible to_the_last;
  shutdown(true, sync::unwinding_interrupt());
}

void ThreadPoolExecutor::enqueue(std::shared_ptr<Runnable> task) {
  const bool one_is_ready = spare_.fetch_sub(1, std::memory_order_relaxed) > 0;
  try {
    if (!one_is_ready) add_worker();
    tasks_.put(std::move(task));
  } catch (const queue::ShutDown&) {
    spare_.fetch_add(1, std::memory_order_relaxed);
    throw std::logic_error("ThreadPoolExecutor::submit after shutdown(): it takes no more work");
  } catch (...) {
    spare_.fetch_add(1, std::memory_order_relaxed);
    throw;
  }
}

void ThreadPoolExecutor::add_worker() {
  const sync::Guard hold{lock_};
  if (static_cast<int>(workers_.size()) >= max_workers_ || tasks_.is_shut_down()) return;
  workers_.reserve(workers_.size() + 1);  // nothing may fail once the thread runs
  threading::Thread worker{[this] { work(); }};
  worker.name(prefix_ + "_" + std::to_string(workers_.size()));
  try {
    worker.start();
  } catch (const std::system_error&) {
    if (workers_.empty()) throw;  // a pool with fewer threads than it may have still works; one with none does not
    return;
  }
  workers_.push_back(std::move(worker));
}

void ThreadPoolExecutor::work() {
  const PoolScope scope{this};
  for (;;) {
    spare_.fetch_add(1, std::memory_order_relaxed);
    const std::optional<std::shared_ptr<Runnable>> task = tasks_.try_get(Deadline::never());
    if (!task) return;
    (*task)->run_if_pending();
  }
}

void ThreadPoolExecutor::shutdown(bool wait, bool cancel_futures) {
  if (wait && current_pool() == this) {
    throw std::logic_error("ThreadPoolExecutor::shutdown(wait) by one of its own workers would wait for itself: pass wait = false");
  }
  tasks_.shutdown();
  if (cancel_futures) {
    while (const auto task = tasks_.try_get()) (*task)->cancel_pending();
  }
  if (!wait) return;
  {
    const sync::Guard hold{lock_};  // whoever was adding a worker has done so; from here on nobody does
  }
  for (threading::Thread& worker : workers_) worker.join();
}

}  // namespace tandem::futures
