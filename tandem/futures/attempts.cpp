#include "tandem/futures/attempts.hpp"

#include <stdexcept>
#include <utility>

#include "tandem/futures/errors.hpp"
#include "tandem/futures/thread_engine.hpp"

namespace tandem::futures {
namespace {

using Clock = Deadline::Clock;

void check(const TaskOptions& options, bool can_be_copied) {
  if (options.memory_limit) {
    throw std::invalid_argument(
        "TaskOptions: a thread has no memory of its own to limit: use a ProcessPoolExecutor for memory_limit");
  }
  if (options.retries < 0)
    throw std::invalid_argument("TaskOptions: retries is " + std::to_string(options.retries) + ", but must be 0 or more");
  if (options.backoff < Clock::duration::zero()) throw std::invalid_argument("TaskOptions: backoff must be 0 or more");
  if (options.retries > 0 && !can_be_copied) {
    throw std::invalid_argument(
        "TaskOptions: with retries the function and its arguments must be copyable: each attempt gets its own");
  }
}

}  // namespace

Attempts::Attempts(ThreadEngine& pool, TaskOptions options, bool can_be_copied)
    : Runnable{Central{options.priority}},
      pool_{pool},
      options_{std::move(options)},
      name_{options_.name.empty() ? std::to_string(pool.next_number()) : options_.name} {
  check(options_, can_be_copied);
  if (options_.timeout || options_.retries > 0) pool.start_timekeeper();
}

void Attempts::run_if_pending() noexcept { run_taken(false); }

void Attempts::cancel_pending() noexcept {
  if (begun_ == 0) return cancel_if_pending();
  cancel_repeat();
}

void Attempts::fail_pending(const std::exception_ptr& error) noexcept {
  if (begun_ != 0) return give_up(error);
  if (begin()) fail(error);
}

void Attempts::run_taken(bool may_sleep) noexcept {
  if (begun_ == 0) {
    if (!begin()) return;
    pool_.owe();
  }
  run_attempts(may_sleep);
}

void Attempts::run_attempts(bool may_sleep) noexcept {
  for (;;) {
    open_.store(++begun_, std::memory_order_release);
    const std::exception_ptr error = attempt(begun_);
    if (error == nullptr) return;  // it is done, or somebody else has it now
    if (is_last(begun_)) return give_up(error);
    if (pause() == Clock::duration::zero()) continue;
    if (!may_sleep) return repeat_after_pause();
    pool_.sleep_before_repeat(pause());
    if (!pool_.repeats()) return cancel_repeat();
  }
}

bool Attempts::may_repeat(std::uint32_t number) const noexcept { return number <= static_cast<std::uint32_t>(options_.retries); }

bool Attempts::is_last(std::uint32_t number) const noexcept { return !may_repeat(number) || !pool_.repeats(); }

bool Attempts::decide(std::uint32_t number) noexcept {
  return open_.compare_exchange_strong(number, 0, std::memory_order_acq_rel, std::memory_order_relaxed);
}

void Attempts::settled() noexcept { pool_.pay(); }

/// Twice as long as the last one, the first as it was told; at most some centuries.
Clock::duration Attempts::pause() const noexcept {
  const std::uint32_t doublings = begun_ - 1;
  constexpr Clock::duration most = Clock::duration::max() / 2;
  if (options_.backoff == Clock::duration::zero()) return options_.backoff;
  return doublings < 62 && options_.backoff <= most / (std::int64_t{1} << doublings)
             ? options_.backoff * (std::int64_t{1} << doublings)
             : most;
}

void Attempts::timed_out(std::uint32_t number, std::stop_source& stop) noexcept {
  if (!decide(number)) return;
  stop.request_stop();
  if (is_last(number)) return give_up(std::make_exception_ptr(TaskTimeout{name_, *options_.timeout}));
  if (pause() != Clock::duration::zero()) return repeat_after_pause();
  repeat();
}

void Attempts::repeat_after_pause() noexcept {
  try {
    pool_.timekeeper().at(
        Deadline{pause()}.when(), [task = self()] { task->repeat(); }, true);
  } catch (...) {
    give_up(std::current_exception());
  }
}

void Attempts::repeat() noexcept {
  if (!pool_.repeats()) return cancel_repeat();
  try {
    pool_.put_back(self());
  } catch (...) {
    give_up(std::current_exception());
  }
}

void Attempts::give_up(const std::exception_ptr& error) noexcept {
  fail(error);
  settled();
}

/// Of a pool that repeats nothing any more, while it waits for its next attempt.
void Attempts::cancel_repeat() noexcept {
  try {
    if (const std::exception_ptr broken = pool_.why_broken()) return give_up(broken);
  } catch (...) {
    return give_up(std::current_exception());
  }
  cancel_begun();
  settled();
}

Attempts::Attempt::Attempt(Attempts& task, std::uint32_t number) : pool_{task.pool_} {
  if (!task.options_.timeout) return;
  const Deadline end{*task.options_.timeout};
  if (end.is_never()) return;
  end_ = pool_.timekeeper().at(end.when(), [task = task.self(), number, stop = stop_]() mutable { task->timed_out(number, stop); });
}

Attempts::Attempt::~Attempt() {
  if (end_) pool_.timekeeper().drop(*end_);
}

}  // namespace tandem::futures
