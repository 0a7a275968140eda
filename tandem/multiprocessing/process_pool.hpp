#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/multiprocessing/claim_board.hpp"
#include "tandem/multiprocessing/pending_tasks.hpp"
#include "tandem/multiprocessing/pool_link.hpp"
#include "tandem/multiprocessing/pool_task.hpp"
#include "tandem/multiprocessing/pooled_process.hpp"
#include "tandem/platform/epoll.hpp"
#include "tandem/platform/event_fd.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::multiprocessing {

/// The engine of ProcessPoolExecutor: a number of workers that are replaced when they die, a queue of tasks, and one thread that
/// collects what the workers say.
///
/// Whoever submits gives the task to an idle worker himself, so that it is under way without a thread in between. A worker has one
/// task at a time: when it dies, it is plain which one died with it, and a slow task holds up none that waits behind it.
class ProcessPool {
 public:
  struct Settings {
    int max_workers;
    std::string name;
    std::shared_ptr<const remote::Call> initializer;  ///< nullptr: none
    std::optional<int> max_tasks_per_child;
  };

  /// Starts all workers. Throws as zygote::fork does.
  explicit ProcessPool(Settings settings);
  ProcessPool(const ProcessPool&) = delete;
  ProcessPool& operator=(const ProcessPool&) = delete;
  /// Takes nothing more and waits for everything that was submitted; kills the workers instead when a KeyboardInterrupt comes, or
  /// is just on its way up.
  ~ProcessPool();

  /// Throws std::logic_error after shutdown(), BrokenProcessPool if no worker can be had.
  void submit(std::shared_ptr<PoolTask> task);
  void shutdown(bool wait, bool cancel_futures);
  /// See ProcessPoolExecutor.
  void kill_workers();
  void terminate_workers();
  /// See Future::terminate().
  bool terminate(PoolTask& task);
  std::vector<int> worker_pids() const;
  int max_workers() const noexcept { return settings_.max_workers; }

 private:
  using Worker = PooledProcess;
  /// A task that was given to a worker, and is to be sent there by whoever gave it, without the lock.
  struct Assignment {
    std::shared_ptr<Worker> worker;
    std::shared_ptr<PoolTask> task;
    std::shared_ptr<const remote::Message> message;
    std::uint64_t attempt;
  };
  using Tasks = std::vector<std::shared_ptr<PoolTask>>;

  void collect();
  void handle(Worker::Watched& event);
  void take_replies(Worker& worker);
  void give_up_on(Worker& worker, std::string why);
  void take_reply(Worker& worker, remote::Channel::Received& reply);
  void finish(const Worker& worker, const std::shared_ptr<PoolTask>& task, remote::Channel::Received& reply);
  void worker_ended(Worker& worker);
  void attempt_failed(const std::shared_ptr<PoolTask>& task, const std::exception_ptr& error);
  void begin_due();
  std::exception_ptr end_of_task(Worker& worker, const PoolTask& task);
  void replace(std::size_t slot, bool is_bad_start);
  void kill_overdue();
  Deadline next_deadline();
  void let_idle_go();

  std::optional<Assignment> assign();
  std::optional<Assignment> assign_to(std::shared_ptr<Worker> worker);
  std::optional<Assignment> next_for(const std::shared_ptr<Worker>& worker);
  void deliver(std::optional<Assignment> assignment);
  void kill(Worker& worker, Worker::Doom why);
  void let_go(Worker& worker);
  std::shared_ptr<Worker> start_worker(std::size_t slot);
  void watch(Worker& worker);
  std::shared_ptr<Worker> shared(const Worker& worker);
  void break_down(std::exception_ptr why);
  void abandon() noexcept;
  bool is_leaving() const noexcept { return stopping_ || broken_ != nullptr; }

  const Settings settings_;
  const std::shared_ptr<PoolLink> link_ = std::make_shared<PoolLink>(*this);
  const ClaimBoard claims_;
  platform::Epoll epoll_;
  platform::EventFd changed_;  // tells the collecting thread to look at what it waits for

  mutable sync::Lock lock_{"ProcessPool"};        // guards all below, and the workers' states
  std::vector<std::shared_ptr<Worker>> workers_;  // changed by the collecting thread only, once it runs
  PendingTasks pending_;                          // while one is ready, no worker is idle
  std::uint64_t last_id_ = 0, last_attempt_ = 0;
  bool stopping_ = false;
  bool no_retries_ = false;
  std::exception_ptr broken_;  // why there are no workers and never will be
  int failed_starts_ = 0;      // workers in a row that ended before they were ready

  threading::Thread collector_{[this] { collect(); }};  // last, so that it ends before what it uses
};

}  // namespace tandem::multiprocessing
