// What a pool's collecting thread does.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <memory>
#include <span>
#include <thread>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/process_pool.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/remote/exception.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::multiprocessing {
namespace {

using pool_protocol::Kind;
using pool_protocol::Reply;
using remote::Channel;
using State = TaskSlot::State;

// An initializer that makes its worker crash does so each time, and so does a main that ends before init() when the program is
// executed anew. One bad start may be bad luck, this many in a row are not. Without either, or before init() by SIGKILL, it is
// somebody else who ends workers; but if they all end so, there has to be an end to it.
constexpr int most_failed_starts = 3;
constexpr int most_failed_starts_by_others = 100;

// How long after its death the zygote has to tell how a worker ended. It takes microseconds, unless the zygote is stopped.
constexpr auto patience = std::chrono::seconds{1};

// A process that ends closes its descriptors first and can be seen to have ended right after that.
constexpr auto moment = std::chrono::milliseconds{100};

// How often to give way to those who work before going to sleep, from which they would have to wake us.
constexpr int most_yields = 2;

// So many results are taken at a time: then there is room on the board again.
constexpr std::size_t batch = 64;

bool was_killed(ChildProcess& process) {
  try {
    return process.exit_code() == -SIGKILL;
  } catch (const ForkServerGone&) {
    return true;  // as a child of the fork server is when that dies
  }
}

/// What an initializer's exception comes to, with that nested in it. Python: BrokenProcessPool, whose cause is in a log.
std::exception_ptr broken_by(const std::exception_ptr& error, const std::string& pool) {
  try {
    try {
      std::rethrow_exception(error);
    } catch (...) {
      std::throw_with_nested(futures::BrokenProcessPool{"the initializer of the pool '" + pool +
                                                        "' failed, so it takes no more work: " + base::exception_text(error)});
    }
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

void ProcessPool::run() {
  const futures::PoolScope scope{this};
  collect();
  const std::unique_ptr<ProcessPool> last = std::move(self_);
}

void ProcessPool::collect() {
  for (int yields = 0; !is_over();) {
    if (collect_done()) {
      yields = 0;
      handle_events(Deadline::passed());
    } else if (yields < most_yields) {
      ++yields;
      std::this_thread::yield();
      continue;
    } else if (board_.fall_asleep()) {
      handle_events(next_deadline());
      board_.wake_up();
      yields = 0;
    }
    tend();
  }
}

bool ProcessPool::is_over() {
  const sync::Guard hold{lock_};
  return is_leaving() && workers_.empty();
}

/// What is to be done now and then, and whenever something has changed.
void ProcessPool::tend() {
  std::uint32_t offers = 0;
  {
    const sync::Guard hold{lock_};
    kill_overdue();
    for (auto& task : pending_.take_due()) enqueue(std::move(task));
    offers = give_out();
    if (!closed_ && is_leaving() && !has_work()) {
      closed_ = true;
      board_.close();
    }
  }
  if (offers != 0) board_.wake(offers);
}

void ProcessPool::handle_events(Deadline deadline) {
  std::array<void*, 64> events{};
  const std::size_t count = epoll_.wait(events, deadline);
  // Ends of processes last, and sorted out beforehand: what they said before is then known, and no event is looked at whose worker
  // is gone.
  std::vector<Worker::Watched*> ends;
  for (void* const tag : std::span{events}.first(count)) {
    auto* const event = static_cast<Worker::Watched*>(tag);
    if (event == nullptr) {
      changed_.drain();
    } else if (event->is_end) {
      ends.push_back(event);
    } else {
      handle(*event);
    }
  }
  for (Worker::Watched* const event : ends) handle(*event);
}

void ProcessPool::handle(Worker::Watched& event) {
  Worker& worker = *event.worker;
  if (event.is_end) return worker_ended(worker);
  try {
    take_messages(worker);
  } catch (const std::exception& error) {
    give_up_on(worker, std::string{"it was ended because of what it sent: "} + error.what());
  }
}

/// Ends the futures of what was done on the board. False if there was nothing.
bool ProcessPool::collect_done() {
  board_.take_done(done_);
  for (std::span<const std::uint32_t> rest{done_}; !rest.empty(); rest = rest.subspan(std::min(batch, rest.size()))) {
    taken_.clear();
    {
      const sync::Guard hold{lock_};
      for (const std::uint32_t slot : rest.first(std::min(batch, rest.size()))) {
        const auto& task = offered_.at(slot);
        if (task == nullptr) continue;  // somebody has written over the board
        task->begun = true;
        taken_.push_back(task);
      }
    }
    for (const auto& task : taken_) take_result(*task);
    std::uint32_t offers = 0;
    {
      const sync::Guard hold{lock_};
      for (const auto& task : taken_) {
        if (task->slot) offered_.remove(*task);
      }
      offers = give_out();
    }
    if (offers != 0) board_.wake(offers);
  }
  taken_.clear();
  return !done_.empty();
}

void ProcessPool::take_result(PoolTask& task) {
  const TaskSlot& slot = board_.slot(*task.slot);
  const auto room = board_.room(slot);
  const std::size_t size = std::min<std::size_t>(slot.size, room.size());
  remote::InputArchive in{{reinterpret_cast<const char*>(room.data()), size}, {}};
  finish(task, slot.kind, worker_at(slot.now().place), in);
}

void ProcessPool::finish(PoolTask& task, Kind kind, const Worker* worker, remote::InputArchive& in) {
  try {
    switch (kind) {
      case Kind::result:
        task.finish(in);
        break;
      case Kind::memory_exceeded:
        return attempt_failed(
            task, std::make_exception_ptr(futures::TaskMemoryExceeded{task.name(), task.options().memory_limit.value_or(0)}));
      default:
        remote::Origin origin{.pid = 0, .worker = {}, .task = task.options().name};
        if (worker != nullptr) {
          origin.pid = worker->process.pid();
          origin.worker = worker->name;
        }
        return attempt_failed(task, remote::load_exception(in, origin));
    }
  } catch (const futures::InvalidStateError& refusal) {
    futures::report_dropped_result(refusal);  // somebody else gave the future a result while the task ran
  } catch (...) {
    task.fail(std::current_exception());  // the result cannot be read
  }
  task.message = {};
}

void ProcessPool::attempt_failed(PoolTask& task, const std::exception_ptr& error) {
  {
    const sync::Guard hold{lock_};
    task.begun = true;
    task.doom = PoolTask::Doom::none;
    std::shared_ptr<PoolTask> kept = task.slot ? offered_.at(*task.slot) : nullptr;
    if (kept != nullptr) offered_.remove(task);
    if (kept != nullptr && !no_retries_ && !broken_ && task.take_retry()) {
      pending_.push_later(std::move(kept), task.retry_time());
      return;
    }
  }
  task.message = {};
  task.fail(error);
}

void ProcessPool::take_messages(Worker& worker) {
  Channel::Received message;
  while (worker.channel) {
    switch (worker.channel.receive(message, false)) {
      case Channel::Receive::nothing:
        return;
      case Channel::Receive::received:
        take_message(worker, message);
        break;
      case Channel::Receive::closed:
        epoll_.remove(worker.channel.fileno());
        // Who has no task is going. Who has one is ending, and its end a moment away; or the task has closed the channel, and then
        // the worker is of no use any more.
        if (is_busy(worker) && !platform::wait_readable(worker.process.pidfd().get(), moment))
          give_up_on(worker, "it was ended because its task had closed its channel to the pool");
        return;
    }
  }
}

bool ProcessPool::is_busy(const Worker& worker) const {
  const sync::Guard hold{lock_};
  bool found = false;
  offered_.for_each([&](const std::shared_ptr<PoolTask>& /*task*/, const TaskSlot& slot) {
    const TaskWord word = slot.now();
    found = found || (word.place == worker.place && word.state == State::taken);
  });
  return found;
}

void ProcessPool::give_up_on(Worker& worker, std::string why) {
  epoll_.remove(worker.channel.fileno());
  worker.hint = std::move(why);
  worker.process.send_signal(SIGKILL);
}

void ProcessPool::take_message(Worker& worker, Channel::Received& message) {
  const auto head = message.head<Reply>();
  remote::InputArchive in{message.body(), message.descriptors(), message.objects()};
  if (head.kind == Kind::ready) {
    worker.is_ready = true;
    failed_starts_ = 0;
    return;
  }
  if (head.kind == Kind::setup_failed) {
    const remote::Origin origin{.pid = worker.process.pid(), .worker = worker.name, .task = "initializer"};
    return break_down(broken_by(remote::load_exception(in, origin), settings_.name));
  }
  std::shared_ptr<PoolTask> task;
  {
    const sync::Guard hold{lock_};
    task = offered_.at(head.slot, head.attempt);
    if (task != nullptr) task->begun = true;
  }
  if (task == nullptr) return;
  if (head.kind == Kind::wanted) return send_call(worker, *task);
  finish(*task, head.kind, &worker, in);
  const sync::Guard hold{lock_};
  if (task->slot && task->attempt == head.attempt) offered_.remove(*task);
}

void ProcessPool::send_call(Worker& worker, PoolTask& task) {
  std::exception_ptr error;
  try {
    // If the worker has died meanwhile, its end will say so.
    static_cast<void>(worker.channel.send(pool_protocol::Task{.attempt = task.attempt}, task.message));
    return;
  } catch (...) {
    error = std::current_exception();
  }
  {
    const sync::Guard hold{lock_};
    offered_.remove(task);
  }
  task.message = {};
  task.fail(error);
  static_cast<void>(worker.channel.send(pool_protocol::Task{.attempt = 0}));
}

void ProcessPool::worker_ended(Worker& worker) {
  handle(worker.replies);  // what it said before it ended counts, and
  collect_done();          // what it had done
  worker.process.wait(patience);
  epoll_.remove(worker.channel.fileno());
  epoll_.remove(worker.process.pidfd().get());
  std::shared_ptr<Worker> kept;
  Tasks done;
  Tasks lost;
  {
    const sync::Guard hold{lock_};
    const auto known = std::find_if(workers_.begin(), workers_.end(), [&](const auto& one) { return one.get() == &worker; });
    offered_.for_each([&](const std::shared_ptr<PoolTask>& task, const TaskSlot& slot) {
      const TaskWord word = slot.now();
      if (word.place != worker.place || word.state == State::offered) return;
      task->begun = true;
      (word.state == State::done ? done : lost).push_back(task);
    });
    kept = *known;
    workers_.erase(known);
  }
  // First of all: somebody may wait for it.
  for (const auto& task : lost) {
    if (task->doom != PoolTask::Doom::terminated) {
      attempt_failed(*task, end_of_task(worker, *task));
      continue;
    }
    {
      const sync::Guard hold{lock_};
      offered_.remove(*task);
    }
    task->message = {};
    task->core().finish_as_cancelled();
  }
  for (const auto& task : done) {  // and it died before it could say so
    take_result(*task);
    const sync::Guard hold{lock_};
    if (task->slot) offered_.remove(*task);
  }
  board_.wake_all();  // it may have been woken for a task that another one has to take now
  replace(worker);
}

std::exception_ptr ProcessPool::end_of_task(Worker& worker, const PoolTask& task) {
  if (task.doom == PoolTask::Doom::out_of_time) {
    return std::make_exception_ptr(futures::TaskTimeout{task.name(), *task.options().timeout});
  }
  std::optional<int> exit_code;
  std::optional<int> signal;
  try {
    if (const auto code = worker.process.exit_code()) (*code < 0 ? signal : exit_code) = *code < 0 ? -*code : *code;
  } catch (const ForkServerGone&) {
    signal = SIGKILL;  // which is how a child of the fork server ends when that dies
  }
  std::string note = worker.hint;
  std::string ended_by;
  {
    const sync::Guard hold{lock_};
    if (signal == SIGTERM) ended_by = worker.terminated_by;
    if (signal == SIGKILL && note.empty()) ended_by = worker.killed_by;
    // A worker that handles the signal may end in a way of its own.
    if (note.empty() && ended_by.empty() && !worker.terminated_by.empty()) note = "after SIGTERM by " + worker.terminated_by;
  }
  return std::make_exception_ptr(futures::WorkerCrashed{task.name(), worker.process.pid(), exit_code, signal, note, ended_by});
}

void ProcessPool::replace(Worker& ended) {
  {
    const sync::Guard hold{lock_};
    if (broken_ || (stopping_ && !has_work())) return;
  }
  if (!ended.is_ready && !ended.is_dismissed) {
    const bool is_ours = settings_.initializer || (settings_.start_method == StartMethod::spawn && !was_killed(ended.process));
    if (++failed_starts_ >= (is_ours ? most_failed_starts : most_failed_starts_by_others)) return break_down(no_good_start());
  }
  std::shared_ptr<Worker> worker;
  try {
    worker = start_worker(ended.place);
    watch(*worker);
    const sync::Guard hold{lock_};
    workers_.push_back(worker);
  } catch (const std::exception& error) {
    bool is_last = false;
    {
      const sync::Guard hold{lock_};
      is_last = workers_.empty();
    }
    // A pool with fewer workers than it may have still works.
    if (is_last) {
      break_down(std::make_exception_ptr(
          futures::BrokenProcessPool{"the pool '" + settings_.name + "' has no worker left and can start none: " + error.what()}));
    }
    return;
  }
  try {
    worker->begin();
  } catch (const std::exception& error) {
    give_up_on(*worker, std::string{"it was ended because it could not be told what to do: "} + error.what());
  }
}

std::exception_ptr ProcessPool::no_good_start() const {
  std::string why =
      std::to_string(failed_starts_) + " workers of the pool '" + settings_.name + "' in a row ended before they were ready";
  if (settings_.initializer) {
    why += ": does the initializer crash?";
  } else if (failed_starts_ < most_failed_starts_by_others) {
    why += ": does the program, executed anew, come to tandem::init?";
  }
  return std::make_exception_ptr(futures::BrokenProcessPool{why});
}

/// From here on there is no work for anybody.
void ProcessPool::break_down(const std::exception_ptr& why) {
  Tasks failed;
  {
    const sync::Guard hold{lock_};
    if (!broken_) broken_ = why;
    failed = take_back();
  }
  for (const auto& task : failed) {
    if (!task->is_revoked) task->fail(why);
  }
}

std::shared_ptr<ProcessPool::Worker> ProcessPool::start_worker(TaskBoard::Place place) {
  const std::string number = std::to_string(place + 1) + "/" + std::to_string(settings_.max_workers);
  return std::make_shared<Worker>(place, static_cast<std::uint32_t>(settings_.max_tasks_per_child.value_or(0)),
                                  settings_.name + " " + number, board_, changed_, settings_.initializer.get(),
                                  settings_.start_method);
}

void ProcessPool::watch(Worker& worker) {
  worker.channel.crates(crates_);
  epoll_.add(worker.channel.fileno(), platform::Interest::read, platform::Repeat::always, &worker.replies);
  epoll_.add(worker.process.pidfd().get(), platform::Interest::read, platform::Repeat::always, &worker.end);
}

/// Under lock_.
void ProcessPool::kill_overdue() {
  if (!next_look_.expired()) return;
  next_look_ = Deadline::never();
  offered_.for_each([this](const std::shared_ptr<PoolTask>& task, TaskSlot& slot) {
    const auto timeout = task->options().timeout;
    if (!timeout || task->doom != PoolTask::Doom::none) return;
    Deadline end{*timeout};
    if (slot.now().state == State::taken) {
      // Who was stopped before he could say when he had begun, began when that was found out.
      std::int64_t begun_at = 0;
      const std::int64_t now = Deadline::Clock::now().time_since_epoch().count();
      if (slot.begun_at.compare_exchange_strong(begun_at, now, std::memory_order_acq_rel)) begun_at = now;
      const Deadline::TimePoint begun{Deadline::Clock::duration{begun_at}};
      end = *timeout < Deadline::TimePoint::max() - begun ? Deadline{begun + *timeout} : Deadline::never();
      if (end.expired() && doom(*task, PoolTask::Doom::out_of_time)) return;
    }
    next_look_ = std::min(next_look_, end);
  });
}

Deadline ProcessPool::next_deadline() {
  const sync::Guard hold{lock_};
  wakes_at_ = std::min(next_look_, pending_.next_due());
  return wakes_at_;
}

}  // namespace tandem::multiprocessing
