#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "tandem/multiprocessing/basic_pool.hpp"
#include "tandem/multiprocessing/context.hpp"
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
  std::optional<Context> context = {};       ///< See ProcessPoolOptions::mp_context. A Context's own Pool() sets it.
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
                                                             .max_tasks_per_child = options.maxtasksperchild,
                                                             .mp_context = options.context}} {}
};

inline int Context::positive(int processes) {
  if (processes > 0) return processes;
  throw std::invalid_argument("Context::Pool: processes is " + std::to_string(processes) + ", but must be 1 or more");
}

inline Pool Context::Pool() const { return Pool(PoolOptions{}); }

inline Pool Context::Pool(int processes) const { return Pool(PoolOptions{.processes = positive(processes)}); }

inline Pool Context::Pool(PoolOptions options) const {
  options.context = *this;
  return multiprocessing::Pool{std::move(options)};
}

template <class F, class... Args>
Pool Context::Pool(int processes, F&& initializer, Args&&... args) const {
  return Pool(
      PoolOptions{.processes = positive(processes), .initializer = {std::forward<F>(initializer), std::forward<Args>(args)...}});
}

template <class... Args>
Pool ForkContext::Pool(Args&&... /*args*/) const {
  static_assert(sizeof...(Args) == SIZE_MAX,
                "tandem: pools replace their workers at any time, when a fork is not safe: take get_context<\"forkserver\">() or "
                "get_context<\"spawn\">(), and give the workers what they need by an initializer");
  std::terminate();  // not compiled
}

}  // namespace tandem::multiprocessing
