#pragma once

#include <optional>
#include <string>
#include <utility>

#include "tandem/multiprocessing/basic_pool.hpp"
#include "tandem/multiprocessing/map_chunk.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"

namespace tandem::multiprocessing {

/// How a Pool uses a ProcessPoolExecutor.
struct ProcessEngine {
  using Executor = futures::ProcessPoolExecutor;
  template <class F, class Item, class Call>
  using Submit = SubmitChunk<Executor, F, Item, Call>;

  static void give_up(Executor& executor, const char* by) {
    executor.shutdown(false, true);
    executor.kill_workers(by);
  }
};

/// The arguments of Python's Pool, by their names: `Pool pool{{.processes = 4, .maxtasksperchild = 100}}`.
struct PoolOptions {
  int processes = 0;                         ///< 0: as many as there are processors to run on, see cpu_count().
  futures::Initializer initializer = {};     ///< With its arguments, which Python calls initargs: `{load_model, "path"}`.
  std::optional<int> maxtasksperchild = {};  ///< See ProcessPoolOptions::max_tasks_per_child. Not given: workers stay.
  std::string name = {};                     ///< Workers are called "NAME 1/4", "NAME 2/4" ...; empty: ProcessPoolExecutor.
};

/// Worker processes that run calls: see BasicPool for what it does, ProcessPoolExecutor for what can be sent and what a crash
/// costs (its own call and no other). tandem::init() must have been called. Python: multiprocessing.Pool.
///
///     Pool pool{4};
///     std::vector<int> lengths = pool.map(parse, pages);
///     for (int length : pool.imap_unordered(parse, pages)) total += length;
class Pool : public BasicPool<ProcessEngine> {
 public:
  /// As many workers as there are processors to run on.
  Pool() : Pool{PoolOptions{}} {}
  /// Throws std::invalid_argument if `processes` is not positive, and what ProcessPoolExecutor throws.
  explicit Pool(int processes) : BasicPool{std::in_place, processes} {}
  /// Each worker calls `initializer(args...)` before anything else.
  template <class F, class... Args>
  Pool(int processes, F&& initializer, Args&&... args)
      : BasicPool{std::in_place, processes, std::forward<F>(initializer), std::forward<Args>(args)...} {}
  explicit Pool(PoolOptions options)
      : BasicPool{std::in_place, futures::ProcessPoolOptions{.max_workers = options.processes,
                                                             .name = std::move(options.name),
                                                             .initializer = std::move(options.initializer),
                                                             .max_tasks_per_child = options.maxtasksperchild}} {}
};

}  // namespace tandem::multiprocessing
