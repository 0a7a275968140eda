// What a pool's collecting thread does.

#include <array>
#include <chrono>
#include <csignal>
#include <span>
#include <utility>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/multiprocessing/process_pool.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/remote/exception.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::multiprocessing {
namespace {

using pool_protocol::Kind;
using remote::Channel;

// An initializer that makes its worker crash does so each time. One bad start may be bad luck, this many in a row are not. Without
// one it is somebody else who kills workers; but if they all end so, there has to be an end to it.
constexpr int most_failed_starts = 3;
constexpr int most_failed_starts_by_others = 100;

// How long after its death the zygote has to tell how a worker ended. It takes microseconds, unless the zygote is stopped.
constexpr auto patience = std::chrono::seconds{1};

// A process that ends closes its descriptors first and can be seen to have ended right after that.
constexpr auto moment = std::chrono::milliseconds{100};

}  // namespace

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
    begin_due();
    let_idle_go();
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
        if (worker.is_let_go) return;  // as it was told, and may take its time
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
  if (done) finish(worker, done, reply);
}

void ProcessPool::finish(const Worker& worker, const std::shared_ptr<PoolTask>& task, Channel::Received& reply) {
  const remote::Origin origin{.pid = worker.process.pid(), .worker = worker.name, .task = task->options().name};
  try {
    remote::InputArchive in{reply.body(), reply.descriptors(), reply.objects()};
    switch (reply.head<pool_protocol::Reply>().kind) {
      case Kind::result:
        task->finish(in);
        break;
      case Kind::memory_exceeded:
        return attempt_failed(
            task, std::make_exception_ptr(futures::TaskMemoryExceeded{task->name(), task->options().memory_limit.value_or(0)}));
      default:
        return attempt_failed(task, remote::load_exception(in, origin));
    }
  } catch (const futures::InvalidStateError& refusal) {
    futures::report_dropped_result(refusal);  // somebody else gave the future a result while the task ran
  } catch (...) {
    task->fail(std::current_exception());  // the result cannot be read
  }
  const sync::Guard hold{lock_};
  task->message.reset();
}

void ProcessPool::attempt_failed(const std::shared_ptr<PoolTask>& task, const std::exception_ptr& error) {
  {
    const sync::Guard hold{lock_};
    if (!no_retries_ && !broken_ && task->take_retry()) {
      task->is_waiting = true;
      pending_.push_later(task, task->retry_time());
      return;
    }
    task->message.reset();
  }
  task->fail(error);
}

void ProcessPool::worker_ended(Worker& worker) {
  handle(worker.replies);  // what it said before it ended counts
  worker.process.wait(patience);
  const std::shared_ptr<Worker> kept = shared(worker);
  if (worker.channel) epoll_.remove(worker.channel.fileno());
  epoll_.remove(worker.process.pidfd().get());
  std::shared_ptr<PoolTask> lost;
  std::optional<Assignment> next;
  bool is_bad_start = false;
  {
    const sync::Guard hold{lock_};
    is_bad_start = worker.state == Worker::State::starting && !worker.is_doomed() && !worker.is_retired;
    if (worker.state != Worker::State::starting) failed_starts_ = 0;
    std::erase(workers_, kept);
    lost = std::exchange(worker.task, nullptr);
    const bool began = lost && claims_[worker.slot].load(std::memory_order_acquire) == lost->attempt;
    if (lost && !began && !worker.is_doomed() && !broken_) {  // it did not even get to see it
      pending_.give_back(std::exchange(lost, nullptr));
      next = assign();
    }
  }
  deliver(std::move(next));
  // First of all: somebody may wait for it.
  if (lost && worker.doom == Worker::Doom::terminated) {
    lost->core().finish_as_cancelled();
  } else if (lost) {
    attempt_failed(lost, end_of_task(worker, *lost));
  }
  replace(worker.slot, is_bad_start);
}

std::exception_ptr ProcessPool::end_of_task(Worker& worker, const PoolTask& task) {
  if (worker.doom == Worker::Doom::out_of_time)
    return std::make_exception_ptr(futures::TaskTimeout{task.name(), *task.options().timeout});
  std::optional<int> exit_code;
  std::optional<int> signal;
  try {
    if (const auto code = worker.process.exit_code()) (*code < 0 ? signal : exit_code) = *code < 0 ? -*code : *code;
  } catch (const ForkServerGone&) {
    signal = SIGKILL;  // which is how a child of the fork server ends when that dies
  }
  return std::make_exception_ptr(futures::WorkerCrashed{task.name(), worker.process.pid(), exit_code, signal, worker.hint});
}

void ProcessPool::replace(std::size_t slot, bool is_bad_start) {
  {
    const sync::Guard hold{lock_};
    if (broken_ || (stopping_ && pending_.empty())) return;
    if (is_bad_start) ++failed_starts_;
  }
  if (failed_starts_ >= (settings_.initializer ? most_failed_starts : most_failed_starts_by_others)) {
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
    failed = pending_.take_if([](const PoolTask&) { return true; });
  }
  for (const auto& task : failed) {
    if (task->begun || task->core().try_begin()) task->fail(why);
  }
}

void ProcessPool::kill_overdue() {
  const sync::Guard hold{lock_};
  for (const auto& worker : workers_) {
    if (worker->task && !worker->is_doomed() && worker->deadline.expired()) kill(*worker, Worker::Doom::out_of_time);
  }
}

Deadline ProcessPool::next_deadline() {
  const sync::Guard hold{lock_};
  Deadline next = pending_.next_due();
  for (const auto& worker : workers_) {
    if (worker->task && !worker->is_doomed()) next = std::min(next, worker->deadline);
  }
  return next;
}

/// Lets those go that will get no more work.
void ProcessPool::let_idle_go() {
  const sync::Guard hold{lock_};
  if (!broken_ && !(stopping_ && pending_.empty())) return;
  for (const auto& worker : workers_) {
    if (worker->state == Worker::State::idle || (broken_ && worker->state == Worker::State::starting)) let_go(*worker);
  }
}

/// Gives out the tasks that waited for their next attempt.
void ProcessPool::begin_due() {
  for (;;) {
    std::optional<Assignment> next;
    {
      const sync::Guard hold{lock_};
      pending_.release_due();
      next = assign();
    }
    if (!next) return;
    deliver(std::move(next));
  }
}

}  // namespace tandem::multiprocessing
