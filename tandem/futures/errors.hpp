#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "tandem/base/errors.hpp"

namespace tandem::futures {

/// The future was cancelled before it ran, or its work was stopped by terminate(). Python: concurrent.futures.CancelledError.
class CancelledError : public std::runtime_error {
 public:
  CancelledError() : std::runtime_error("the future was cancelled") {}
};

/// A future was moved to a state that it cannot reach from where it is: a second result, a result after cancel(). Python:
/// concurrent.futures.InvalidStateError.
class InvalidStateError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What a task threw in another process, if that type cannot travel: a class of the user's, or what is no std::exception. what() is
/// "app::NoSuchPage: page 7 (in worker 4711)". Python: the exception itself, with _RemoteTraceback.
class RemoteError : public std::runtime_error {
 public:
  /// `where` says where it was thrown: "in worker 4711"; empty if nobody knows.
  RemoteError(const std::string& type_name, const std::string& text, const std::string& where);

  /// As it is written in C++: "app::NoSuchPage".
  const std::string& type_name() const noexcept { return parts_->type_name; }
  /// What its what() said; empty for what is no std::exception.
  const std::string& text() const noexcept { return parts_->text; }
  const std::string& where() const noexcept { return parts_->where; }

 private:
  struct Parts {
    std::string type_name, text, where;
  };
  std::shared_ptr<const Parts> parts_;  // shared, as copying an exception must not throw
};

/// A worker process ended while it ran the task: by a signal, or because the task called exit(). what() is "task 'parse' crashed
/// worker 4711: SIGSEGV" or "task 'parse' ended worker 4711: exit code 3". Or this program ended the worker, and the task with it:
/// "task 'parse' was ended with worker 4711 by kill_workers(): SIGKILL". Python: BrokenProcessPool, which takes the pool along.
class WorkerCrashed : public std::runtime_error {
 public:
  /// Of exit_code and signal one is given; neither if nobody knows how the worker ended. A note, if any, is added to what().
  /// `ended_by`: who of this program did it; empty: nobody.
  WorkerCrashed(const std::string& task, int pid, std::optional<int> exit_code, std::optional<int> signal,
                const std::string& note = {}, const std::string& ended_by = {});

  const std::string& task() const noexcept { return texts_->task; }
  const std::string& note() const noexcept { return texts_->note; }
  /// Who of this program ended the worker: "kill_workers()", "Pool::terminate()" ...; empty if it ended by itself, or by somebody
  /// else.
  const std::string& ended_by() const noexcept { return texts_->ended_by; }
  int pid() const noexcept { return pid_; }
  std::optional<int> exit_code() const noexcept { return exit_code_; }
  std::optional<int> signal() const noexcept { return signal_; }

 private:
  struct Texts {
    std::string task, note, ended_by;
  };
  std::shared_ptr<const Texts> texts_;  // shared, as copying an exception must not throw
  int pid_;
  std::optional<int> exit_code_, signal_;
};

/// A pool of worker processes has none and can start none: its initializer fails, or the system or the fork server has no process
/// for it; what() says why, and what an initializer threw is nested in it. What was submitted and not begun fails with this. Not
/// what a crashing task causes: see WorkerCrashed.
class BrokenProcessPool : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The initializer of a pool of threads failed: what() says how. What was submitted and not begun fails with this, and nothing more
/// can be submitted. Python: concurrent.futures.thread.BrokenThreadPool.
class BrokenThreadPool : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The task ran for longer than it may, and was stopped, or, on a thread, asked to stop: what() is "task 'parse' ran for longer
/// than its time-out of 2 s".
///
/// This is no tandem::TimeoutError. `catch (const TimeoutError&)` around result(1s) means "not yet: ask again later"; a task that
/// is over would be asked about for ever.
class TaskTimeout : public std::runtime_error {
 public:
  TaskTimeout(const std::string& task, std::chrono::nanoseconds timeout);

  const std::string& task() const noexcept { return *task_; }
  std::chrono::nanoseconds timeout() const noexcept { return timeout_; }

 private:
  std::shared_ptr<const std::string> task_;
  std::chrono::nanoseconds timeout_;
};

/// The task asked for more memory than it may have: what() is "task 'parse' needs more than its memory limit of 512 MiB". A
/// std::bad_alloc, as that is what the task met. Python: MemoryError under resource.setrlimit.
class TaskMemoryExceeded : public std::bad_alloc {
 public:
  /// `limit` in bytes.
  TaskMemoryExceeded(const std::string& task, std::size_t limit);

  const char* what() const noexcept override { return text_->c_str(); }
  const std::string& task() const noexcept { return *task_; }
  std::size_t limit() const noexcept { return limit_; }

 private:
  std::shared_ptr<const std::string> task_, text_;
  std::size_t limit_;
};

}  // namespace tandem::futures
