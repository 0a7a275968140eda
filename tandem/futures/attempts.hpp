#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "tandem/base/atomics.hpp"
#include "tandem/futures/runnable.hpp"
#include "tandem/futures/task_options.hpp"
#include "tandem/futures/timekeeper.hpp"

namespace tandem::futures {

class ThreadEngine;

/// A task of a pool of threads about which something was said: how often it is tried, and how long a try may take. All that does
/// not depend on the types of its call; OptionTask has those.
///
/// It waits in the central queue only: so it is in one place at a time, and who takes it from there has it, for its first attempt
/// as for a later one. One attempt is under way at a time, apart from those that were given up for lost: what has run out of time
/// is asked to stop, but may run on, and nobody minds any more what it comes to.
class Attempts : public Runnable {
 public:
  void run_if_pending() noexcept final;
  void cancel_pending() noexcept final;
  void fail_pending(const std::exception_ptr& error) noexcept final;

 protected:
  /// Lasts as long as the call of an attempt: lets its time run.
  class Attempt;

  /// Throws std::invalid_argument for options that make no sense, or that threads cannot fulfil; std::system_error if there is no
  /// thread to keep the time.
  Attempts(ThreadEngine& pool, TaskOptions options, bool can_be_copied);
  ~Attempts() = default;

  /// By whoever took it out of the queue: unless it was cancelled there, runs attempt after attempt, on this thread as long as no
  /// pause is to come between two; with `may_sleep`, after a pause, too.
  void run_taken(bool may_sleep) noexcept;
  /// Whether another attempt may follow this one, so that the call must be kept.
  bool may_repeat(std::uint32_t number) const noexcept;
  /// Of all who want to say what an attempt came to, one may: true for that one.
  bool decide(std::uint32_t number) noexcept;
  /// By whoever has decided, when the future is done.
  void settled() noexcept;
  const ThreadEngine& engine() const noexcept { return pool_; }

 private:
  /// Makes the call. If decide() allows it, finishes the future with the result, and says settled(); or gives what was thrown.
  virtual std::exception_ptr attempt(std::uint32_t number) noexcept = 0;
  virtual bool begin() noexcept = 0;
  virtual void cancel_if_pending() noexcept = 0;
  virtual void fail(const std::exception_ptr& error) noexcept = 0;
  /// Once begun: makes the future a cancelled one.
  virtual void cancel_begun() noexcept = 0;
  virtual std::shared_ptr<Attempts> self() noexcept = 0;

  void run_attempts(bool may_sleep) noexcept;
  bool is_last(std::uint32_t number) const noexcept;
  Deadline::Clock::duration pause() const noexcept;
  void timed_out(std::uint32_t number, std::stop_source& stop) noexcept;
  void repeat_after_pause() noexcept;
  void repeat() noexcept;
  void give_up(const std::exception_ptr& error) noexcept;
  void cancel_repeat() noexcept;

  ThreadEngine& pool_;
  const TaskOptions options_;
  const std::string name_;
  // The number of the attempt that runs and of which nobody has said yet what it came to, from 1; else 0. Who changes it to 0, by
  // compare-exchange, has the say, and the task: the worker whose call has returned, or the timekeeper.
  base::Atomic<std::uint32_t> open_{0};
  std::uint32_t begun_ = 0;  // attempts; belongs to whoever has the task: has decided the last one, or took it from a queue
};

class Attempts::Attempt {
 public:
  /// Throws std::bad_alloc.
  Attempt(Attempts& task, std::uint32_t number);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  std::stop_token stop_token() const noexcept { return stop_.get_token(); }

 private:
  ThreadEngine& pool_;
  std::stop_source stop_;
  std::optional<Timekeeper::Entry> end_;
};

}  // namespace tandem::futures
