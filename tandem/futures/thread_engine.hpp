#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/central_queue.hpp"
#include "tandem/futures/crew_word.hpp"
#include "tandem/futures/pool_worker.hpp"
#include "tandem/futures/runnable.hpp"
#include "tandem/futures/timekeeper.hpp"
#include "tandem/futures/work_deque.hpp"
#include "tandem/sync/event.hpp"
#include "tandem/sync/local_futex.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/sync/semaphore_word.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::futures {

/// What a pool of threads is apart from the types of its tasks: workers, and the queues that they take tasks from.
///
/// Where tasks wait. What a worker submits goes to its own deque; what others submit, and what has options, to the central
/// queue. A worker takes the oldest of its own, then from the centre, then the oldest of another worker, so that work is begun in
/// the order of submission as far as one can speak of one. A worker that waits for a task which nobody has begun runs it itself.
///
/// Who comes. Threads are made as work comes, up to `max_workers`. Whoever puts a task somewhere lets a worker come for it (wakes
/// one, or makes one), unless one is searching already; the searcher that finds something lets the next one come if there is more.
/// No wake-up is lost, since whoever submits first puts the task there and then looks whether somebody searches, and a searcher
/// first says that it does not search any more and then looks at all queues; all four are sequentially consistent.
///
/// A worker that sleeps until a task of its own pool is done does not count as one of the `max_workers`: another may step in, of at
/// most as many again. When it goes on, one too many is awake, and the next to end its task sleeps instead of taking another.
///
/// Lifetime: each worker keeps it alive.
class ThreadEngine : public std::enable_shared_from_this<ThreadEngine> {
 public:
  /// `max_workers` is positive. Each worker calls `initializer`, if there is one, before its first task.
  ThreadEngine(int max_workers, std::string prefix, std::function<void()> initializer);
  ~ThreadEngine();
  ThreadEngine(const ThreadEngine&) = delete;
  ThreadEngine& operator=(const ThreadEngine&) = delete;

  /// Throws std::logic_error once closed; BrokenThreadPool; std::system_error if there is no worker and none can be made.
  void submit(std::shared_ptr<Runnable> task);

  /// Takes no more tasks. With `cancel`, those that have not begun are cancelled.
  void close(bool cancel) noexcept;
  /// Once closed: waits until all workers have ended, but for the one that calls, if one does. Throws KeyboardInterrupt.
  void join();
  /// By one of its workers: runs here what nobody has begun.
  void run_what_is_queued() noexcept;

  /// For tasks that are tried several times. Between owe() and pay() one is neither done nor in a queue all the time, and workers
  /// stay for it. It comes back by put_back(), also once closed, but not if repeats() is false: then it is cancelled, or fails with
  /// why_broken(), if that is not nullptr.
  void owe() noexcept { owed_.fetch_add(1, std::memory_order_seq_cst); }
  void pay() noexcept;
  void put_back(std::shared_ptr<Runnable> task);
  bool repeats() const noexcept { return !no_repeats_.is_set(); }
  std::exception_ptr why_broken() const;
  /// Sleeps on a worker until an attempt is due; less long if repeats() becomes false.
  void sleep_before_repeat(Deadline until) { static_cast<void>(no_repeats_.wait(until)); }
  /// Throws std::system_error.
  void start_timekeeper() { timekeeper_.start(prefix_ + "_timer"); }
  Timekeeper& timekeeper() noexcept { return timekeeper_; }
  /// For tasks without a name: 1, 2, 3 ...
  std::uint64_t next_number() noexcept { return last_number_.fetch_add(1, std::memory_order_relaxed) + 1; }

  /// Whether the calling thread is one of its workers.
  bool is_mine() const noexcept { return current_pool() == this; }

 private:
  class Worker;

  void push(Runnable& task);
  [[noreturn]] void refuse() const;
  void ring() noexcept;
  bool recruit(bool must);
  bool any_queued() const noexcept;
  bool is_over() const noexcept;
  void wake_all() noexcept;
  Worker* self() noexcept;

  bool initialize() noexcept;
  void break_down(const std::exception_ptr& error) noexcept;
  std::shared_ptr<Runnable> next_queued() noexcept;
  void work(Worker& me) noexcept;
  void rest(Worker& me, bool searched) noexcept;
  std::shared_ptr<Runnable> find(Worker& me) noexcept;
  std::shared_ptr<Runnable> look_around(Worker& me) noexcept;
  Runnable* steal(const Worker* from) noexcept;

  const std::uint32_t max_workers_;
  const std::string prefix_;
  CentralQueue central_;
  CrewWord crew_;
  sync::SemaphoreWord<sync::LocalFutex> bell_{0};  // a permit for each sleeper for whom somebody has rung
  base::Atomic<bool> closed_{false};
  sync::Event no_repeats_;             // what has failed is not tried again
  base::Atomic<std::size_t> owed_{0};  // tasks between owe() and pay()
  base::Atomic<std::uint64_t> last_number_{0};
  const std::function<void()> initializer_;
  base::Atomic<Worker*> last_worker_{nullptr};  // the head of a list of all, which only grows, so that it is walked without a lock
  mutable sync::Lock lock_{"ThreadPoolExecutor"};  // guards all below
  std::vector<std::unique_ptr<Worker>> workers_;
  std::string broken_;     // why, once it is
  Timekeeper timekeeper_;  // last: what it does uses the rest
};

}  // namespace tandem::futures
