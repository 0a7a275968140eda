#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/futures/executor.hpp"
#include "tandem/futures/task_options.hpp"
#include "tandem/multiprocessing/chunked_map.hpp"
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/pool_task.hpp"
#include "tandem/remote/call.hpp"

namespace tandem::multiprocessing {
class ProcessPool;
}

namespace tandem::futures {

/// A call that each new worker makes before its first task: `.initializer = {load_model, "path"}`.
class Initializer {
 public:
  Initializer() noexcept = default;
  template <class F, class... Args>
    requires(!std::is_same_v<std::decay_t<F>, Initializer>)
  Initializer(F&& fn, Args&&... args)  // NOLINT: reads as Python's initializer=, initargs=
      : call_{std::make_shared<remote::Call>(remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...))} {}

  const std::shared_ptr<remote::Call>& call() const noexcept { return call_; }

 private:
  std::shared_ptr<remote::Call> call_;
};

struct ProcessPoolOptions {
  int max_workers = 0;  ///< 0: as many as there are processors to run on, see mp::cpu_count.
  std::string name{};   ///< Workers are called "NAME 1/4", "NAME 2/4" ...; empty: ProcessPoolExecutor.
  Initializer initializer = {};
  /// A worker that has done so many tasks goes, and a new one takes its place: for code that leaks. Not given: they stay.
  std::optional<int> max_tasks_per_child{};
  /// How workers are started: `get_context<"spawn">()`, or `get_context(name)`. Not given: as set_start_method() has it. Not by
  /// "fork", as workers are replaced while the program's threads are in the midst of something.
  std::optional<multiprocessing::Context> mp_context{};
};

/// Runs calls in worker processes. Python: concurrent.futures.ProcessPoolExecutor, without its fragility:
///
/// - A worker that dies takes along only the task that it had begun, whose future fails with WorkerCrashed {pid, signal or exit
/// code,
///   task}. A new worker takes its place at once, and all other tasks go on.
/// - A task that exceeds its `timeout` is stopped and fails with TaskTimeout. One that exceeds its `memory_limit` fails. What fails
/// is
///   begun again as often as its `retries` say. Future::terminate() stops it.
/// - An exception in a worker arrives with its type if that is a standard one or tandem's own, else as RemoteError with type name
/// and
///   text; where it came from is nested in it.
/// - Ctrl-C is for the main program; workers do not notice. They end when the pool goes, or with the program, however that ends.
///
/// Calls are sent to another process: functions, captureless lambdas, objects with serialize(); arguments and results are
/// serialized. The workers are started by the fork server, so tandem::init() must have been called. A task may have pools and
/// processes of its own. Callbacks run on the pool's collecting thread; one that waits for another task of the same pool waits for
/// ever.
///
/// The destructor does what `with` does in Python: it takes nothing more and waits for everything that was submitted. If a
/// KeyboardInterrupt is on its way, or comes while it waits, it kills the workers instead. In a callback of its own, where it would
/// wait for itself, it does not wait: what was submitted is done all the same, and exit waits for that.
/// Thread safety: all members may be called from any thread; shutdown(wait) not from a callback.
///
///     ProcessPoolExecutor parsers{4};
///     auto words = parsers.with({.timeout = 2s, .name = url}).submit(parse, page);
class ProcessPoolExecutor {
 public:
  /// Throws std::invalid_argument if max_workers is not positive or workers would be started by "fork", std::logic_error without
  /// init(), ForkServerGone, std::system_error if the system has no processes left.
  explicit ProcessPoolExecutor(int max_workers);
  template <class F, class... Args>
  ProcessPoolExecutor(int max_workers, F&& initializer, Args&&... args);
  explicit ProcessPoolExecutor(ProcessPoolOptions options = {});
  ProcessPoolExecutor(const ProcessPoolExecutor&) = delete;
  ProcessPoolExecutor& operator=(const ProcessPoolExecutor&) = delete;
  ~ProcessPoolExecutor();

  /// Throws std::logic_error after shutdown(); std::invalid_argument for options that make no sense; BrokenProcessPool if the
  /// initializer throws or keeps crashing, or no worker can be had; and what serializing the arguments throws.
  template <class F, class... Args>
  Future<remote::CallResult<F, Args...>> submit(F&& fn, Args&&... args) {
    return submit_with({}, std::forward<F>(fn), std::forward<Args>(args)...);
  }

  /// The same executor with something said about what is submitted through it: `pool.with({.timeout = 2s}).submit(...)`.
  class With;
  With with(TaskOptions options);

  /// Items and results travel `chunksize` at a time: raise it for many small ones. By default, four chunks per worker are under
  /// way.
  template <class F, std::ranges::viewable_range Range>
  auto map(F fn, Range&& items, MapOptions options = {}) {
    check(options);
    const std::size_t chunks = options.buffersize == 0 ? 4 * static_cast<std::size_t>(max_workers())
                                                       : std::max<std::size_t>(options.buffersize / options.chunksize, 1);
    return multiprocessing::ChunkedMap<ProcessPoolExecutor, F, std::views::all_t<Range>>{
        *this, std::move(fn), std::views::all(std::forward<Range>(items)), options.chunksize, chunks, options};
  }

  /// As a ThreadPoolExecutor's; with `cancel_futures`, also what waits for another attempt is cancelled.
  void shutdown(bool wait = true, bool cancel_futures = false);

  int max_workers() const noexcept;
  /// Of the workers at this moment.
  std::vector<int> worker_pids() const;
  /// Sends SIGTERM to all workers. What they have begun fails with WorkerCrashed, or begins again if it has retries left, and new
  /// workers take their places. A worker that blocks the signal finishes its task first. The executor goes on (Python: it is shut
  /// down). `by` is whom WorkerCrashed names as the one who did it.
  void terminate_workers(const std::string& by = "terminate_workers()");
  /// The same by SIGKILL, which ends them at once, whatever they do.
  void kill_workers(const std::string& by = "kill_workers()");

 private:
  template <class F, class... Args>
  Future<remote::CallResult<F, Args...>> submit_with(TaskOptions options, F&& fn, Args&&... args) {
    using R = remote::CallResult<F, Args...>;
    auto task = std::make_shared<multiprocessing::RemoteTask<R>>(
        remote::make_call_in(crates(), std::forward<F>(fn), std::forward<Args>(args)...), std::move(options));
    enqueue(task);
    return Future<R>{std::move(task)};
  }
  remote::CrateStore& crates() noexcept;
  void enqueue(std::shared_ptr<multiprocessing::PoolTask> task);

  std::unique_ptr<multiprocessing::ProcessPool> pool_;
};

/// Refers to its executor, which must outlive it.
class ProcessPoolExecutor::With {
 public:
  With(ProcessPoolExecutor& executor, TaskOptions options) : executor_{executor}, options_{std::move(options)} {}

  template <class F, class... Args>
  Future<remote::CallResult<F, Args...>> submit(F&& fn, Args&&... args) {
    return executor_.submit_with(options_, std::forward<F>(fn), std::forward<Args>(args)...);
  }

 private:
  ProcessPoolExecutor& executor_;
  const TaskOptions options_;
};

static_assert(Executor<ProcessPoolExecutor>);

inline ProcessPoolExecutor::With ProcessPoolExecutor::with(TaskOptions options) { return {*this, std::move(options)}; }

template <class F, class... Args>
ProcessPoolExecutor::ProcessPoolExecutor(int max_workers, F&& initializer, Args&&... args)
    : ProcessPoolExecutor{ProcessPoolOptions{.max_workers = max_workers,
                                             .initializer = {std::forward<F>(initializer), std::forward<Args>(args)...}}} {}

}  // namespace tandem::futures
