#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

#include "tandem/futures/executor.hpp"
#include "tandem/futures/map.hpp"
#include "tandem/futures/option_task.hpp"
#include "tandem/futures/task.hpp"
#include "tandem/futures/thread_engine.hpp"

namespace tandem::futures {

struct ThreadPoolOptions {
  /// 0: min(32, processors + 4), as in Python; the processors that this thread may run on and is given time for, see mp::cpu_count.
  int max_workers = 0;
  std::string thread_name_prefix{};  ///< Threads are called PREFIX_0, PREFIX_1 ...; empty: ThreadPoolExecutor.
  /// Called by each worker before its first task. If it throws, the pool is broken, see BrokenThreadPool.
  std::function<void()> initializer{};
};

/// Runs calls on a number of threads. Python: concurrent.futures.ThreadPoolExecutor.
///
/// Threads are made as work comes, up to max_workers, and kept. Work is begun in the order in which it was submitted. An exception
/// that leaves a call is that call's future's; the thread goes on.
///
/// A call may submit more work to its own pool and wait for it: what nobody has begun is then run by the waiting thread itself, so
/// that even a pool of one thread does not stand still. While a call waits for one that runs elsewhere, another thread steps into
/// its worker's place; there are at most max_workers of these. A worker begins what its own calls have submitted before it turns to
/// others' work.
///
/// The destructor does what `with` does in Python: it takes nothing more and waits for everything that was submitted. While
/// KeyboardInterrupt unwinds the main thread it cancels what has not begun, and waits for the rest. A call may destroy its own
/// pool: it then runs what is queued itself, and waits for the others. Thread safety: all members may be called from any thread;
/// shutdown(wait) not from a worker of the pool. Time-outs are told, and their callbacks called, on a thread of the pool that must
/// not wait for its end either.
///
///     ThreadPoolExecutor fetchers{32};
///     auto page = fetchers.submit(fetch, url);
///     for (int n : fetchers.map(length, urls)) total += n;
class ThreadPoolExecutor {
 public:
  /// Throws std::invalid_argument if max_workers is not positive.
  explicit ThreadPoolExecutor(int max_workers);
  /// Each thread calls `initializer(args...)`, with copies of its own, before its first task. If that throws, the pool is broken:
  /// what was submitted fails with BrokenThreadPool, and so does submit() from then on.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  ThreadPoolExecutor(int max_workers, F&& initializer, Args&&... args);
  explicit ThreadPoolExecutor(ThreadPoolOptions options = {});
  ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
  ThreadPoolExecutor& operator=(const ThreadPoolExecutor&) = delete;
  ~ThreadPoolExecutor();

  template <class F, class... Args>
  Future<TaskResult<F, Args...>> submit(F&& fn, Args&&... args) {
    using R = TaskResult<F, Args...>;
    auto task = std::make_shared<Task<R, std::decay_t<F>, std::decay_t<Args>...>>(engine_.get(), std::forward<F>(fn),
                                                                                  std::forward<Args>(args)...);
    engine_->submit(task);
    return Future<R>{std::move(task)};
  }

  /// The same executor with something said about what is submitted through it; see TaskOptions. It must outlive what it gives.
  ///
  /// The function may take a std::stop_token first: a time-out, which fails the future with TaskTimeout, requests stop. What does
  /// not listen to that keeps its worker busy as long as it likes. With retries, function and arguments are copied for each
  /// attempt. Throws std::invalid_argument for a memory_limit, which threads cannot have.
  ///
  ///     pool.with({.timeout = 2s, .retries = 3, .backoff = 100ms}).submit([](std::stop_token stop) { return fetch(url, stop); })
  class With;
  With with(TaskOptions options);

  template <class F, std::ranges::viewable_range Range>
  auto map(F fn, Range&& items, MapOptions options = {}) {
    check(options);
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

  /// Takes no more work. With `cancel_futures`, what has not begun is cancelled, and what waits for another attempt: it is pending
  /// as well, and an error would say that all attempts were made. An attempt that runs is the last one, and ends as it ends. With
  /// `wait`, returns when the last thread has ended; that wait throws KeyboardInterrupt, see sync/interrupt.hpp. May be called
  /// again.
  void shutdown(bool wait = true, bool cancel_futures = false);

  int max_workers() const noexcept { return max_workers_; }

 private:
  static ThreadPoolOptions options_of(int max_workers, std::function<void()> initializer);

  const int max_workers_;
  const std::shared_ptr<ThreadEngine> engine_;  // shared with its workers
};

class ThreadPoolExecutor::With {
 public:
  /// Throws what ThreadPoolExecutor::submit() throws, and std::invalid_argument for options that cannot be.
  template <class F, class... Args>
  Future<OptionTaskResult<F, Args...>> submit(F&& fn, Args&&... args) const {
    using R = OptionTaskResult<F, Args...>;
    auto task = std::make_shared<OptionTask<R, std::decay_t<F>, std::decay_t<Args>...>>(engine_, options_, std::forward<F>(fn),
                                                                                        std::forward<Args>(args)...);
    engine_.submit(task);
    return Future<R>{std::move(task)};
  }

 private:
  friend class ThreadPoolExecutor;

  With(ThreadEngine& engine, TaskOptions options) : engine_{engine}, options_{std::move(options)} {}

  ThreadEngine& engine_;
  const TaskOptions options_;
};

template <class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
ThreadPoolExecutor::ThreadPoolExecutor(int max_workers, F&& initializer, Args&&... args)
    : ThreadPoolExecutor{options_of(max_workers, [fn = std::decay_t<F>(std::forward<F>(initializer)),
                                                  ... each = std::decay_t<Args>(std::forward<Args>(args))] {
        std::invoke(std::decay_t<F>(fn), std::decay_t<Args>(each)...);  // copies, as several threads do so at a time
      })} {}

inline ThreadPoolExecutor::With ThreadPoolExecutor::with(TaskOptions options) { return {*engine_, std::move(options)}; }

static_assert(Executor<ThreadPoolExecutor>);

}  // namespace tandem::futures
