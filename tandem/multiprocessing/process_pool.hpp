#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/multiprocessing/offered_tasks.hpp"
#include "tandem/multiprocessing/pending_tasks.hpp"
#include "tandem/multiprocessing/pool_link.hpp"
#include "tandem/multiprocessing/pool_task.hpp"
#include "tandem/multiprocessing/pooled_process.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/multiprocessing/task_board.hpp"
#include "tandem/platform/epoll.hpp"
#include "tandem/platform/event_fd.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::multiprocessing {

/// The engine of ProcessPoolExecutor: a number of workers that are replaced when they die, a TaskBoard in memory that they share,
/// from which they take tasks, and one thread that collects what the tasks came to.
///
/// Whoever submits a task puts it on the board himself; a worker takes the next one when it has done the last. So a slow task holds
/// up none that wait behind it, and when a worker dies, the board says which one died with it. docs/inside/pools.md has the whole.
class ProcessPool {
 public:
  struct Settings {
    int max_workers;
    std::string name;
    std::shared_ptr<const remote::Call> initializer;  ///< nullptr: none
    std::optional<int> max_tasks_per_child;
    StartMethod start_method;  ///< of the workers; not fork
  };

  /// Starts all workers. Throws as zygote::fork does.
  explicit ProcessPool(Settings settings);
  ProcessPool(const ProcessPool&) = delete;
  ProcessPool& operator=(const ProcessPool&) = delete;
  /// Takes nothing more and waits for everything that was submitted; kills the workers instead when a KeyboardInterrupt comes, or
  /// is just on its way up. Not by its collecting thread; see end().
  ~ProcessPool();
  /// How its executor ends it: destroys it, or, if that happens in a done-callback, where nobody can wait, has the collecting
  /// thread do so when everything is done. That is kept until then, so that exit waits for it.
  static void end(std::unique_ptr<ProcessPool> pool) noexcept;

  /// Throws std::logic_error after shutdown(), BrokenProcessPool if no worker can be had.
  void submit(std::shared_ptr<PoolTask> task);
  void shutdown(bool wait, bool cancel_futures);
  /// See ProcessPoolExecutor.
  void kill_workers(const std::string& by);
  void terminate_workers(const std::string& by);
  std::vector<int> worker_pids() const;
  int max_workers() const noexcept { return settings_.max_workers; }
  /// For calls that are submitted.
  remote::CrateStore& crates() noexcept { return crates_; }

  // For PoolLink; see there.

  PoolLink::Stopped terminate(PoolTask& task);
  bool revoke(PoolTask& task);
  bool has_begun(const PoolTask& task) const;

 private:
  using Worker = PooledProcess;
  using Tasks = std::vector<std::shared_ptr<PoolTask>>;

  void run();
  void collect();
  bool is_collecting() const noexcept;
  bool is_over();
  void tend();
  void handle_events(Deadline deadline);
  void handle(Worker::Watched& event);
  bool collect_done();
  void take_result(PoolTask& task);
  void take_messages(Worker& worker);
  void take_message(Worker& worker, remote::Channel::Received& message);
  void send_call(Worker& worker, PoolTask& task);
  bool is_busy(const Worker& worker) const;
  void give_up_on(Worker& worker, std::string why);
  void finish(PoolTask& task, pool_protocol::Kind kind, const Worker* worker, remote::InputArchive& in);
  void attempt_failed(PoolTask& task, const std::exception_ptr& error);
  void worker_ended(Worker& worker);
  std::exception_ptr end_of_task(Worker& worker, const PoolTask& task);
  void replace(Worker& ended);
  std::exception_ptr no_good_start() const;
  void kill_overdue();
  Deadline next_deadline();

  bool goes_straight(const PoolTask& task);
  void enqueue(std::shared_ptr<PoolTask> task);
  std::uint32_t give_out();
  bool offer(const std::shared_ptr<PoolTask>& task);
  bool take_back(PoolTask& task);
  Tasks take_back();
  bool doom(PoolTask& task, PoolTask::Doom why);
  Worker* worker_at(TaskBoard::Place place) const noexcept;
  std::shared_ptr<Worker> start_worker(TaskBoard::Place place);
  void watch(Worker& worker);
  void break_down(const std::exception_ptr& why);
  void wait_for_all() noexcept;
  void abandon() noexcept;
  bool is_leaving() const noexcept { return stopping_ || broken_ != nullptr; }
  bool has_work() const noexcept { return !pending_.empty() || !offered_.empty(); }

  const Settings settings_;
  const std::shared_ptr<PoolLink> link_ = std::make_shared<PoolLink>(*this);
  TaskBoard board_;
  remote::CrateStore crates_;
  platform::Epoll epoll_;
  platform::EventFd changed_;                     // wakes the collecting thread; workers have it, too
  std::vector<std::uint32_t> done_;               // the collecting thread's
  std::vector<std::shared_ptr<PoolTask>> taken_;  // the same

  mutable sync::Lock lock_{"ProcessPool"};        // guards all below, and what the tasks say
  std::vector<std::shared_ptr<Worker>> workers_;  // changed by the collecting thread only, once it runs
  OfferedTasks offered_{board_};
  PendingTasks pending_;  // those for which there is no room on the board, or not yet
  // All tasks on the board and behind it are of this priority, unless they are ranked. Then there are but few on the board, so that
  // little is to be taken back when one comes that goes first.
  int usual_priority_ = 0;
  bool ranked_ = false;
  Deadline next_look_ = Deadline::never();  // when one that is timed may be overdue
  Deadline wakes_at_ = Deadline::never();   // when the collecting thread will look at the latest
  std::uint64_t last_id_ = 0, last_attempt_ = 0;
  bool stopping_ = false;
  bool closed_ = false;
  bool no_retries_ = false;
  std::exception_ptr broken_;  // why there are no workers and never will be
  int failed_starts_ = 0;      // workers in a row that ended before they were ready

  std::unique_ptr<ProcessPool> self_;  // the collecting thread's, once nobody else has the pool

  threading::Thread collector_{[this] { run(); }};  // last, so that it ends before what it uses
};

}  // namespace tandem::multiprocessing
