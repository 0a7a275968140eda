#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/multiprocessing/basic_pool.hpp"
#include "tandem/multiprocessing/map_chunk.hpp"
#include "tandem/platform/cpu_count.hpp"

namespace tandem::multiprocessing {

/// How a ThreadPool uses a ThreadPoolExecutor.
struct ThreadEngine {
  using Executor = futures::ThreadPoolExecutor;

  /// One function for all chunks, called by several threads at once.
  template <class F, class Item, class Call>
  class Submit {
   public:
    Submit(Executor& executor, F fn) : executor_{executor}, fn_{std::make_shared<F>(std::move(fn))} {}

    auto operator()(std::vector<Item> items) {
      return executor_.submit(
          [fn = fn_](std::vector<Item> taken) { return MapChunk<ItemResult<Call, F, Item>>::of(Call{}, *fn, taken); },
          std::move(items));
    }

   private:
    Executor& executor_;
    const std::shared_ptr<F> fn_;
  };

  static void give_up(Executor& executor, const char* /*by*/) { executor.shutdown(false, true); }
};

/// Threads that run calls, with the members of Pool: see BasicPool. Any callable will do, and nothing is copied to anywhere.
/// Python: multiprocessing.pool.ThreadPool.
///
///     ThreadPool pool{8};
///     auto pages = pool.map([&](const std::string& url) { return fetch(url, session); }, urls);
class ThreadPool : public BasicPool<ThreadEngine> {
 public:
  /// As many threads as there are processors to run on, see cpu_count().
  ThreadPool() : ThreadPool{futures::ThreadPoolOptions{}} {}
  /// Throws std::invalid_argument if `threads` is not positive.
  explicit ThreadPool(int threads) : BasicPool{std::in_place, threads} {}
  /// Each thread calls `initializer(args...)` before anything else, see ThreadPoolExecutor. If that throws, the pool is broken:
  /// whoever waits, or submits, gets BrokenThreadPool.
  template <class F, class... Args>
  ThreadPool(int threads, F&& initializer, Args&&... args)
      : BasicPool{std::in_place, threads, std::forward<F>(initializer), std::forward<Args>(args)...} {}
  /// The same, other than for a ThreadPoolExecutor, if the options give no number.
  explicit ThreadPool(futures::ThreadPoolOptions options) : BasicPool{std::in_place, with_number(std::move(options))} {}

 private:
  static futures::ThreadPoolOptions with_number(futures::ThreadPoolOptions options) {
    if (options.max_workers == 0) options.max_workers = platform::cpu_count();
    return options;
  }
};

}  // namespace tandem::multiprocessing
