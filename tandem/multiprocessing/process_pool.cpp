#include "tandem/multiprocessing/process_pool.hpp"

#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tandem/futures/task.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {

bool PoolLink::terminate(PoolTask& task) {
  const sync::Guard hold{lock_};
  return pool_ != nullptr && pool_->terminate(task);
}

ProcessPool::ProcessPool(Settings settings)
    : settings_{std::move(settings)}, claims_{static_cast<std::size_t>(settings_.max_workers)} {
  for (int slot = 0; slot < settings_.max_workers; ++slot) workers_.push_back(start_worker(static_cast<std::size_t>(slot)));
  epoll_.add(changed_.get(), platform::Interest::read, platform::Repeat::always, nullptr);
  for (const auto& worker : workers_) watch(*worker);
  collector_.name(settings_.name);
  collector_.start();
}

ProcessPool::~ProcessPool() {
  if (sync::unwinding_interrupt()) abandon();
  try {
    shutdown(true, false);
  } catch (const KeyboardInterrupt&) {
    // The program is to end, and a destructor cannot say so. Whoever waits next learns of it.
    abandon();
    sync::put_back_interrupt();
    const sync::Uninterruptible wait;
    collector_.join();
  }
  link_->cut();
}

void ProcessPool::submit(std::shared_ptr<PoolTask> task) {
  std::optional<Assignment> assignment;
  {
    const sync::Guard hold{lock_};
    if (broken_) std::rethrow_exception(broken_);
    if (stopping_) throw std::logic_error("ProcessPoolExecutor::submit after shutdown(): it takes no more work");
    task->id = ++last_id_;
    task->pool = link_;
    pending_.push(std::move(task));
    assignment = assign();
  }
  deliver(std::move(assignment));
}

void ProcessPool::shutdown(bool wait, bool cancel_futures) {
  if (wait && futures::current_pool() == this) {
    throw std::logic_error("ProcessPoolExecutor::shutdown(wait) in a done-callback would wait for itself: pass wait = false");
  }
  Tasks cancelled;
  {
    const sync::Guard hold{lock_};
    stopping_ = true;
    if (cancel_futures) {
      no_retries_ = true;
      // Without those that a worker had got and not begun; but with those that wait for another attempt, which there will not be.
      cancelled = pending_.take_if([](const PoolTask& task) { return !task.begun || task.is_waiting; });
    }
  }
  changed_.notify();
  for (const auto& task : cancelled) task->core().finish_as_cancelled();
  if (wait) collector_.join();
}

void ProcessPool::kill_workers() {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) kill(*worker, Worker::Doom::dismissed);
}

void ProcessPool::terminate_workers() {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) {
    worker->is_retired = true;
    if (worker->state == Worker::State::idle) let_go(*worker);
    worker->process.send_signal(SIGTERM);
  }
}

bool ProcessPool::terminate(PoolTask& task) {
  if (task.core().cancel()) return true;  // no worker has got it
  Tasks waiting;
  {
    const sync::Guard hold{lock_};
    task.is_last_attempt = true;
    for (const auto& worker : workers_) {
      if (worker->task.get() != &task) continue;
      if (!worker->is_doomed()) kill(*worker, Worker::Doom::terminated);
      return true;
    }
    waiting = pending_.take_if([&](const PoolTask& one) { return &one == &task; });
  }
  return !waiting.empty() && task.core().finish_as_cancelled();
}

std::vector<int> ProcessPool::worker_pids() const {
  const sync::Guard hold{lock_};
  std::vector<int> pids;
  for (const auto& worker : workers_) pids.push_back(worker->process.pid());
  return pids;
}

/// Ends it soon, whatever is under way.
void ProcessPool::abandon() noexcept {
  const sync::Uninterruptible wait;
  shutdown(false, true);
  kill_workers();
}

std::shared_ptr<ProcessPool::Worker> ProcessPool::start_worker(std::size_t slot) {
  const std::string number = std::to_string(slot + 1) + "/" + std::to_string(settings_.max_workers);
  return std::make_shared<Worker>(slot, settings_.name + " " + number, claims_, settings_.initializer.get());
}

void ProcessPool::watch(Worker& worker) {
  epoll_.add(worker.channel.fileno(), platform::Interest::read, platform::Repeat::always, &worker.replies);
  epoll_.add(worker.process.pidfd().get(), platform::Interest::read, platform::Repeat::always, &worker.end);
}

std::shared_ptr<ProcessPool::Worker> ProcessPool::shared(const Worker& worker) {
  for (const auto& known : workers_) {
    if (known.get() == &worker) return known;
  }
  return nullptr;
}

/// Under lock_: the next task for some idle worker, if there are both.
std::optional<ProcessPool::Assignment> ProcessPool::assign() {
  for (const auto& worker : workers_) {
    if (worker->state == Worker::State::idle) return assign_to(worker);
  }
  return std::nullopt;
}

/// Under lock_: the next task for this idle worker, if there is one.
std::optional<ProcessPool::Assignment> ProcessPool::assign_to(std::shared_ptr<Worker> worker) {
  while (const std::shared_ptr<PoolTask> task = pending_.pop()) {
    if (!task->begun && !task->core().try_begin()) continue;  // cancelled
    task->begun = true;
    task->is_waiting = false;
    task->attempt = ++last_attempt_;
    worker->task = task;
    if (++worker->tasks_given == settings_.max_tasks_per_child) worker->is_retired = true;
    worker->state = Worker::State::busy;
    if (const auto timeout = task->options().timeout) {
      worker->deadline = Deadline{*timeout};
      changed_.notify();
    }
    return Assignment{std::move(worker), task, task->message, task->attempt};
  }
  return std::nullopt;
}

/// Under lock_: what a worker without a task does next.
std::optional<ProcessPool::Assignment> ProcessPool::next_for(const std::shared_ptr<Worker>& worker) {
  worker->deadline = Deadline::never();
  worker->state = worker->is_doomed() ? Worker::State::leaving : Worker::State::idle;
  if (worker->is_doomed()) return std::nullopt;
  if (worker->is_retired) {
    let_go(*worker);
    return std::nullopt;
  }
  return assign_to(worker);
}

/// Sends tasks to the workers that were given them. What cannot be sent fails, and the worker is given another one.
void ProcessPool::deliver(std::optional<Assignment> assignment) {
  while (assignment) {
    auto [worker, task, message, attempt] = std::move(*assignment);
    assignment.reset();
    try {
      const pool_protocol::Task head{.attempt = attempt, .memory_limit = task->options().memory_limit.value_or(0)};
      // A worker that has died meanwhile has not claimed the task; it comes back when the collecting thread sees that.
      static_cast<void>(worker->channel.send(head, *message));
    } catch (...) {
      const std::exception_ptr error = std::current_exception();
      {
        const sync::Guard hold{lock_};
        if (worker->task == task) {
          worker->task.reset();
          assignment = next_for(worker);
        }
      }
      task->fail(error);
    }
  }
}

/// Under lock_: ends a worker by force.
void ProcessPool::kill(Worker& worker, Worker::Doom why) {
  worker.doom = why;
  if (worker.state == Worker::State::idle) worker.state = Worker::State::leaving;
  worker.process.send_signal(SIGKILL);
}

/// Under lock_: tells a worker without a task to end. It may take its time for that.
void ProcessPool::let_go(Worker& worker) {
  worker.state = Worker::State::leaving;
  worker.is_let_go = true;
  epoll_.remove(worker.channel.fileno());
  try {
    static_cast<void>(worker.channel.send(pool_protocol::Task{.attempt = 0, .memory_limit = 0}));
  } catch (const std::system_error&) {
    worker.process.send_signal(SIGKILL);  // it cannot be told, and has nothing to do: it comes to the same
  }
}

}  // namespace tandem::multiprocessing
