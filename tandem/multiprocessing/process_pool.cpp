#include "tandem/multiprocessing/process_pool.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <iterator>
#include <span>
#include <stdexcept>
#include <utility>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/remote/exception.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem::multiprocessing {
namespace {

using pool_protocol::Kind;
using remote::Channel;

// An initializer that makes its worker crash does so each time. One bad start may be bad luck, this many in a row are not.
constexpr int most_failed_starts = 3;

// How long after its death the zygote has to tell how a worker ended. It takes microseconds, unless the zygote is stopped.
constexpr auto patience = std::chrono::seconds{1};

// A process that ends closes its descriptors first and can be seen to have ended right after that.
constexpr auto moment = std::chrono::milliseconds{100};

}  // namespace

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
}

void ProcessPool::submit(std::shared_ptr<PoolTask> task) {
  std::optional<Assignment> assignment;
  {
    const sync::Guard hold{lock_};
    if (broken_) std::rethrow_exception(broken_);
    if (stopping_) throw std::logic_error("ProcessPoolExecutor::submit after shutdown(): it takes no more work");
    task->id = ++last_id_;
    pending_.push_back(std::move(task));
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
      const auto begun = [](const auto& task) { return task->begun; };
      std::copy_if(pending_.begin(), pending_.end(), std::back_inserter(cancelled), std::not_fn(begun));
      std::erase_if(pending_, std::not_fn(begun));
    }
  }
  changed_.notify();
  for (const auto& task : cancelled) task->core().cancel();
  if (wait) collector_.join();
}

void ProcessPool::kill_workers() {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) {
    worker->is_dismissed = true;
    if (worker->state == Worker::State::idle) worker->state = Worker::State::leaving;
    worker->process.send_signal(SIGKILL);
  }
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

// Who does what: below this line, the collecting thread; but assign() and deliver() are everybody's.

void ProcessPool::collect() {
  const futures::PoolScope scope{this};
  const auto finished = [this] {
    const sync::Guard hold{lock_};
    return is_leaving() && workers_.empty();
  };
  while (!finished()) {
    std::array<void*, 64> events{};
    const std::size_t count = epoll_.wait(events, next_deadline());
    // Ends of processes last, and sorted out beforehand: what they said before is then known, and no event is looked at whose
    // worker is gone.
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
    kill_overdue();
    retire_idle();
  }
}

void ProcessPool::handle(Worker::Watched& event) {
  Worker& worker = *event.worker;
  if (event.is_end) return worker_ended(worker);
  try {
    take_replies(worker);
  } catch (const std::exception& error) {
    give_up_on(worker, std::string{"it was ended because of what it sent: "} + error.what());
  }
}

void ProcessPool::take_replies(Worker& worker) {
  Channel::Received reply;
  while (worker.channel) {
    switch (worker.channel.receive(reply, false)) {
      case Channel::Receive::nothing:
        return;
      case Channel::Receive::received:
        take_reply(worker, reply);
        break;
      case Channel::Receive::closed:
        // It is ending, and its end a moment away; or a task has closed its channel, and then it is of no use any more.
        if (!platform::wait_readable(worker.process.pidfd().get(), moment))
          give_up_on(worker, "it was ended because its task had closed its channel to the pool");
        epoll_.remove(worker.channel.fileno());
        return;
    }
  }
}

void ProcessPool::give_up_on(Worker& worker, std::string why) {
  epoll_.remove(worker.channel.fileno());
  worker.hint = std::move(why);
  worker.process.send_signal(SIGKILL);
}

void ProcessPool::take_reply(Worker& worker, Channel::Received& reply) {
  const auto head = reply.head<pool_protocol::Reply>();
  if (head.kind == Kind::setup_failed) {
    remote::InputArchive in{reply.body(), reply.descriptors(), reply.objects()};
    break_down(remote::load_exception(in, {.pid = worker.process.pid(), .worker = worker.name, .task = "initializer"}));
    return;
  }
  std::shared_ptr<PoolTask> done;
  std::optional<Assignment> next;
  {
    const sync::Guard hold{lock_};
    if (head.kind == Kind::ready) failed_starts_ = 0;
    done = std::exchange(worker.task, nullptr);
    next = next_for(shared(worker));
  }
  deliver(std::move(next));  // before what the last one came to is looked at: the worker need not wait for that
  if (done) finish(worker, *done, reply);
}

void ProcessPool::finish(const Worker& worker, PoolTask& task, Channel::Received& reply) {
  const remote::Origin origin{.pid = worker.process.pid(), .worker = worker.name, .task = task.options().name};
  try {
    remote::InputArchive in{reply.body(), reply.descriptors(), reply.objects()};
    switch (reply.head<pool_protocol::Reply>().kind) {
      case Kind::result:
        task.finish(in);
        break;
      case Kind::memory_exceeded:
        task.fail(std::make_exception_ptr(futures::TaskMemoryExceeded{task.name(), task.options().memory_limit.value_or(0)}));
        break;
      default:
        task.fail(remote::load_exception(in, origin));
    }
  } catch (const futures::InvalidStateError& refusal) {
    futures::report_dropped_result(refusal);  // somebody else gave the future a result while the task ran
  } catch (...) {
    task.fail(std::current_exception());  // the result cannot be read
  }
  const sync::Guard hold{lock_};
  task.message.reset();
}

void ProcessPool::worker_ended(Worker& worker) {
  handle(worker.replies);  // what it said before it ended counts
  worker.process.wait(patience);
  const std::shared_ptr<Worker> kept = shared(worker);
  if (worker.channel) epoll_.remove(worker.channel.fileno());
  epoll_.remove(worker.process.pidfd().get());
  std::shared_ptr<PoolTask> lost;
  std::optional<Assignment> next;
  bool was_ready = false;
  {
    const sync::Guard hold{lock_};
    was_ready = worker.state != Worker::State::starting;
    std::erase(workers_, kept);
    lost = std::exchange(worker.task, nullptr);
    const bool began = lost && claims_[worker.slot].load(std::memory_order_acquire) == lost->id;
    if (lost && !began && !worker.out_of_time && !worker.is_dismissed) {  // it did not even get to see it
      pending_.push_front(std::exchange(lost, nullptr));
      next = assign();
    }
  }
  deliver(std::move(next));
  if (lost) {  // first of all: somebody may wait for it
    lost->fail(end_of_task(worker, *lost));
    const sync::Guard hold{lock_};
    lost->message.reset();
  }
  replace(worker.slot, was_ready);
}

std::exception_ptr ProcessPool::end_of_task(Worker& worker, const PoolTask& task) {
  if (worker.out_of_time) return std::make_exception_ptr(futures::TaskTimeout{task.name(), *task.options().timeout});
  std::optional<int> exit_code;
  std::optional<int> signal;
  try {
    if (const auto code = worker.process.exit_code()) (*code < 0 ? signal : exit_code) = *code < 0 ? -*code : *code;
  } catch (const ForkServerGone&) {
    signal = SIGKILL;  // which is how a child of the fork server ends when that dies
  }
  return std::make_exception_ptr(futures::WorkerCrashed{task.name(), worker.process.pid(), exit_code, signal, worker.hint});
}

void ProcessPool::replace(std::size_t slot, bool was_ready) {
  {
    const sync::Guard hold{lock_};
    if (broken_ || (stopping_ && pending_.empty())) return;
    failed_starts_ = was_ready ? 0 : failed_starts_ + 1;
  }
  if (failed_starts_ >= most_failed_starts) {
    break_down(std::make_exception_ptr(futures::BrokenProcessPool{std::to_string(failed_starts_) + " workers of the pool '" +
                                                                  settings_.name + "' in a row ended before they were ready" +
                                                                  (settings_.initializer ? ": does the initializer crash?" : "")}));
    return;
  }
  try {
    auto worker = start_worker(slot);
    watch(*worker);
    const sync::Guard hold{lock_};
    workers_.push_back(std::move(worker));
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
  }
}

/// From here on there is no work for anybody.
void ProcessPool::break_down(std::exception_ptr why) {
  Tasks failed;
  {
    const sync::Guard hold{lock_};
    if (!broken_) broken_ = why;
    failed.swap(pending_);
  }
  for (const auto& task : failed) {
    if (task->begun || task->core().try_begin()) task->fail(why);
  }
}

void ProcessPool::kill_overdue() {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) {
    if (!worker->task || worker->out_of_time || !worker->deadline.expired()) continue;
    worker->out_of_time = true;
    worker->process.send_signal(SIGKILL);
  }
}

Deadline ProcessPool::next_deadline() {
  const sync::Guard hold{lock_};
  Deadline next = Deadline::never();
  for (const auto& worker : workers_) {
    if (worker->task && !worker->out_of_time) next = std::min(next, worker->deadline);
  }
  return next;
}

/// Lets those go that will get no more work: they end by themselves when their channel is closed.
void ProcessPool::retire_idle() {
  const sync::Guard hold{lock_};
  if (!broken_ && !(stopping_ && pending_.empty())) return;
  for (const auto& worker : workers_) {
    if (worker->state != Worker::State::idle && !(broken_ && worker->state == Worker::State::starting)) continue;
    epoll_.remove(worker->channel.fileno());
    worker->channel.end();
    worker->state = Worker::State::leaving;
  }
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
  while (!pending_.empty()) {
    const std::shared_ptr<PoolTask> task = std::move(pending_.front());
    pending_.pop_front();
    if (!task->begun && !task->core().try_begin()) continue;  // cancelled
    task->begun = true;
    worker->task = task;
    worker->state = Worker::State::busy;
    if (const auto timeout = task->options().timeout) {
      worker->deadline = Deadline{*timeout};
      changed_.notify();
    }
    return Assignment{std::move(worker), task, task->message};
  }
  return std::nullopt;
}

/// Under lock_: what a worker without a task does next.
std::optional<ProcessPool::Assignment> ProcessPool::next_for(const std::shared_ptr<Worker>& worker) {
  worker->deadline = Deadline::never();
  worker->state = worker->is_doomed() ? Worker::State::leaving : Worker::State::idle;
  if (worker->is_doomed()) return std::nullopt;
  return assign_to(worker);
}

/// Sends tasks to the workers that were given them. What cannot be sent fails, and the worker is given another one.
void ProcessPool::deliver(std::optional<Assignment> assignment) {
  while (assignment) {
    auto [worker, task, message] = std::move(*assignment);
    assignment.reset();
    try {
      const pool_protocol::Task head{.id = task->id, .memory_limit = task->options().memory_limit.value_or(0)};
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

}  // namespace tandem::multiprocessing
