#pragma once

#include <cstddef>
#include <memory>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/executor.hpp"
#include "tandem/futures/map.hpp"
#include "tandem/futures/task.hpp"
#include "tandem/queue/queue.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::futures {

struct ThreadPoolOptions {
  int max_workers = 0;               ///< 0: min(32, processors + 4), as in Python.
  std::string thread_name_prefix{};  ///< Threads are called PREFIX_0, PREFIX_1 ...; empty: ThreadPoolExecutor.
};

/// Runs calls on a number of threads. Python: concurrent.futures.ThreadPoolExecutor.
///
/// Threads are made as work comes, up to max_workers, and kept. Work is begun in the order in which it was submitted. An exception
/// that leaves a call is that call's future's; the thread goes on.
///
/// A call may submit more work to its own pool and wait for it: what nobody has begun is then run by the waiting thread itself, so
/// that even a pool of one thread does not stand still.
///
/// The destructor does what `with` does in Python: it takes nothing more and waits for everything that was submitted. While
/// KeyboardInterrupt unwinds the main thread it cancels what has not begun, and waits for the rest.
/// Thread safety: all members may be called from any thread; shutdown(wait) not from a worker of the pool.
///
///     ThreadPoolExecutor fetchers{32};
///     auto page = fetchers.submit(fetch, url);
///     for (int n : fetchers.map(length, urls)) total += n;
class ThreadPoolExecutor {
 public:
  /// Throws std::invalid_argument if max_workers is not positive.
  explicit ThreadPoolExecutor(int max_workers);
  explicit ThreadPoolExecutor(ThreadPoolOptions options = {});
  ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
  ThreadPoolExecutor& operator=(const ThreadPoolExecutor&) = delete;
  ~ThreadPoolExecutor();

  template <class F, class... Args>
  Future<TaskResult<F, Args...>> submit(F&& fn, Args&&... args) {
    using R = TaskResult<F, Args...>;
    auto task =
        std::make_shared<Task<R, std::decay_t<F>, std::decay_t<Args>...>>(this, std::forward<F>(fn), std::forward<Args>(args)...);
    enqueue(task);
    return Future<R>{std::move(task)};
  }

  template <class F, std::ranges::viewable_range Range>
  auto map(F fn, Range&& items, MapOptions options = {}) {
    const std::size_t in_flight = options.buffersize != 0 ? options.buffersize : 4 * static_cast<std::size_t>(max_workers_);
    using View = std::views::all_t<Range>;
    using Item = std::ranges::range_value_t<View>;
    // One function for all items, called by several workers at once.
    auto submit_one = [this, shared = std::make_shared<F>(std::move(fn))](Item item) {
      return submit([shared](Item moved) { return std::invoke(*shared, std::move(moved)); }, std::move(item));
    };
    return MapResults<decltype(submit_one), View>{std::move(submit_one), std::views::all(std::forward<Range>(items)), in_flight,
                                                  options};
  }

  /// Takes no more work. With `cancel_futures`, what has not begun is cancelled. With `wait`, returns when the last thread has
  /// ended; that wait throws KeyboardInterrupt, see sync/interrupt.hpp. May be called again.
  void shutdown(bool wait = true, bool cancel_futures = false);

  int max_workers() const noexcept { return max_workers_; }

 private:
  void enqueue(std::shared_ptr<Runnable> task);
  void add_worker();
  void work();

  const int max_workers_;
  const std::string prefix_;
  queue::Queue<std::shared_ptr<Runnable>> tasks_;
  // Workers that are ready to take a task, less the tasks that are there to be taken: each submit takes one off, each worker adds
  // one whenever it goes to take a task. So a submit that finds it above zero has a worker of its own that will come for the task,
  // and any other needs one more thread. (The tempting wrong version is CPython's: a semaphore that a worker releases once it has
  // found the queue empty. A task put between the two is taken without its permit, and the permit left over suppresses a thread
  // later on: tasks that wait for each other then stand still in a pool that had room for them.)
  base::Atomic<std::ptrdiff_t> spare_{0};
  sync::Lock lock_{"ThreadPoolExecutor"};
  // Grows under lock_, and no more once tasks_ is shut down. Last, so that they are joined before what they use is gone.
  std::vector<threading::Thread> workers_;
};

static_assert(Executor<ThreadPoolExecutor>);

}  // namespace tandem::futures
