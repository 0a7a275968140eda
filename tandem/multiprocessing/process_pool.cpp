#include "tandem/multiprocessing/process_pool.hpp"

#include <csignal>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

#include "tandem/futures/task.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/threading/kept_threads.hpp"

namespace tandem::multiprocessing {

PoolLink::Stopped PoolLink::terminate(PoolTask& task) {
  const sync::Guard hold{lock_};
  return pool_ != nullptr ? pool_->terminate(task) : Stopped::no;
}

bool PoolLink::revoke(PoolTask& task) {
  const sync::Guard hold{lock_};
  return pool_ == nullptr || pool_->revoke(task);
}

bool PoolLink::has_begun(const PoolTask& task) {
  const sync::Guard hold{lock_};
  return pool_ != nullptr && pool_->has_begun(task);
}

ProcessPool::ProcessPool(Settings settings)
    : settings_{std::move(settings)}, board_{static_cast<std::size_t>(settings_.max_workers)} {
  for (int place = 0; place < settings_.max_workers; ++place) {
    workers_.push_back(start_worker(static_cast<TaskBoard::Place>(place)));
  }
  epoll_.add(changed_.get(), platform::Interest::read, platform::Repeat::always, nullptr);
  for (const auto& worker : workers_) {
    watch(*worker);
    worker->begin();
  }
  collector_.name(settings_.name);
  collector_.start();
}

ProcessPool::~ProcessPool() {
  if (!is_collecting()) wait_for_all();  // else everything is done, see end()
  link_->cut();
}

void ProcessPool::wait_for_all() noexcept {
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
}

void ProcessPool::end(std::unique_ptr<ProcessPool> pool) noexcept {
  if (!pool->is_collecting()) return;
  ProcessPool& last = *pool;
  last.shutdown(false, false);
  threading::keep(std::make_unique<threading::Thread>(std::move(last.collector_)));
  last.self_ = std::move(pool);
}

bool ProcessPool::is_collecting() const noexcept { return futures::current_pool() == this; }

void ProcessPool::submit(std::shared_ptr<PoolTask> task) {
  std::uint32_t offers = 0;
  bool is_timed = false;
  {
    const sync::Guard hold{lock_};
    if (broken_) std::rethrow_exception(broken_);
    if (stopping_) throw std::logic_error("ProcessPoolExecutor::submit after shutdown(): it takes no more work");
    task->id = ++last_id_;
    task->pool = link_;
    if (pending_.none_ready() && goes_straight(*task) && offer(task)) {
      offers = 1;
    } else {
      enqueue(std::move(task));
      offers = give_out();
    }
    is_timed = next_look_ < wakes_at_;
    if (is_timed) wakes_at_ = next_look_;
  }
  if (offers != 0) board_.wake(offers);
  if (is_timed) changed_.notify();
}

void ProcessPool::shutdown(bool wait, bool cancel_futures) {
  if (wait && is_collecting()) {
    throw std::logic_error("ProcessPoolExecutor::shutdown(wait) in a done-callback would wait for itself: pass wait = false");
  }
  Tasks cancelled;
  {
    const sync::Guard hold{lock_};
    stopping_ = true;
    if (cancel_futures) {
      no_retries_ = true;
      cancelled = take_back();
    }
  }
  changed_.notify();
  for (const auto& task : cancelled) task->core().finish_as_cancelled();
  if (wait) collector_.join();
}

void ProcessPool::kill_workers(const std::string& by) {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) {
    worker->is_dismissed = true;
    if (worker->killed_by.empty()) worker->killed_by = by;
    worker->process.send_signal(SIGKILL);
  }
}

void ProcessPool::terminate_workers(const std::string& by) {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) {
    worker->is_dismissed = true;
    if (worker->terminated_by.empty()) worker->terminated_by = by;
    board_.send_away(worker->place);
    worker->process.send_signal(SIGTERM);
  }
}

PoolLink::Stopped ProcessPool::terminate(PoolTask& task) {
  using Stopped = PoolLink::Stopped;
  const sync::Guard hold{lock_};
  task.is_last_attempt = true;
  if (task.slot) {
    if (task.doom != PoolTask::Doom::none || doom(task, PoolTask::Doom::terminated)) return Stopped::soon;
    return take_back(task) ? Stopped::now : Stopped::no;
  }
  const Tasks waiting = pending_.take_if([&](const PoolTask& one) { return &one == &task; });
  return waiting.empty() ? Stopped::no : Stopped::now;
}

bool ProcessPool::revoke(PoolTask& task) {
  const sync::Guard hold{lock_};
  if (task.begun || (task.slot && !take_back(task))) return false;
  task.is_revoked = true;
  return true;
}

bool ProcessPool::has_begun(const PoolTask& task) const {
  const sync::Guard hold{lock_};
  return task.begun || (task.slot && board_.slot(*task.slot).now().state != TaskSlot::State::offered);
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
  kill_workers("the pool's destructor, because of Ctrl-C");
}

// What follows is done under lock_.

/// Whether a task may go on the board at once: nothing waits before it, and nothing there is of another priority.
bool ProcessPool::goes_straight(const PoolTask& task) {
  if (!offered_.empty()) return !ranked_ && task.options().priority == usual_priority_;
  usual_priority_ = task.options().priority;
  ranked_ = false;
  return true;
}

/// A task has come, or its next attempt.
void ProcessPool::enqueue(std::shared_ptr<PoolTask> task) {
  const int priority = task->options().priority;
  if (offered_.empty() && pending_.none_ready()) {
    usual_priority_ = priority;
    ranked_ = false;
  } else if (priority != usual_priority_) {
    ranked_ = true;
    if (priority > offered_.lowest_priority()) {
      for (auto& recalled : offered_.recall()) pending_.give_back(std::move(recalled));
    }
  }
  pending_.push(std::move(task));
}

/// Puts on the board what there is room for. Says how many: so many workers are to be woken.
std::uint32_t ProcessPool::give_out() {
  const std::size_t most = ranked_ ? 2 * static_cast<std::size_t>(settings_.max_workers) : TaskSlot::count;
  std::uint32_t offers = 0;
  while (offered_.size() < most) {
    auto task = pending_.pop();
    if (task == nullptr) break;
    if (task->is_revoked) continue;
    if (!offer(task)) {
      pending_.give_back(std::move(task));
      break;
    }
    ++offers;
  }
  return offers;
}

bool ProcessPool::offer(const std::shared_ptr<PoolTask>& task) {
  if (!offered_.offer(task, last_attempt_ + 1)) return false;
  ++last_attempt_;
  if (task->options().timeout) next_look_ = std::min(next_look_, Deadline{*task->options().timeout});
  return true;
}

/// From the board, unless a worker has taken it. Then there is room for another one, which the collecting thread sees to.
bool ProcessPool::take_back(PoolTask& task) {
  if (!offered_.revoke(task)) return false;
  if (!pending_.none_ready()) changed_.notify();
  return true;
}

/// All that no worker has begun.
ProcessPool::Tasks ProcessPool::take_back() {
  Tasks all = pending_.take_if([](const PoolTask&) { return true; });
  Tasks recalled = offered_.recall();
  std::move(recalled.begin(), recalled.end(), std::back_inserter(all));
  return all;
}

/// Has a worker that runs the task die for it. False if none does.
bool ProcessPool::doom(PoolTask& task, PoolTask::Doom why) {
  TaskSlot& slot = board_.slot(*task.slot);
  TaskWord word = slot.now();
  if (word.state != TaskSlot::State::taken) return false;
  const TaskWord taken = word;
  word.state = TaskSlot::State::doomed;
  if (!slot.moves(taken, word)) return false;
  task.doom = why;
  if (Worker* const worker = worker_at(word.place)) worker->process.send_signal(SIGKILL);
  return true;
}

ProcessPool::Worker* ProcessPool::worker_at(TaskBoard::Place place) const noexcept {
  for (const auto& worker : workers_) {
    if (worker->place == place) return worker.get();
  }
  return nullptr;
}

}  // namespace tandem::multiprocessing
