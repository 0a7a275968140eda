#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "tandem/futures/future.hpp"
#include "tandem/futures/task.hpp"
#include "tandem/futures/task_options.hpp"
#include "tandem/remote/call.hpp"

namespace tandem::multiprocessing {

class PoolLink;

/// Work for a worker process: the call, what was said about it, and the future's side of it.
class PoolTask {
 public:
  /// Throws std::invalid_argument for options that make no sense.
  PoolTask(remote::Call call, futures::TaskOptions options);
  PoolTask(const PoolTask&) = delete;
  PoolTask& operator=(const PoolTask&) = delete;

  /// Its number in its pool, given once by it; never 0.
  std::uint64_t id = 0;
  /// The number of its latest attempt among all attempts of the pool; 0 before the first. What a worker claims is an attempt.
  std::uint64_t attempt = 0;
  /// Whether a worker was given it. After that it cannot be cancelled, but may be given to another worker.
  bool begun = false;
  /// An attempt has failed, and the next one was not begun.
  bool is_waiting = false;
  /// It is to be begun no more, however the attempt that is under way ends.
  bool is_last_attempt = false;
  /// The call. Shared with those who are just sending it; dropped by the pool once the task is over, as the future may live long.
  std::shared_ptr<const remote::Message> message;
  /// The way to its pool, as long as that is there; set once by it.
  std::shared_ptr<PoolLink> pool;

  const futures::TaskOptions& options() const noexcept { return options_; }
  std::string name() const { return options_.name.empty() ? std::to_string(id) : options_.name; }

  /// Takes one off the attempts that are left. False if there was none.
  bool take_retry() noexcept;
  /// When the attempt that was taken last may begin.
  Deadline retry_time() const noexcept;

  virtual futures::FutureCore& core() noexcept = 0;
  /// Ends the future with what the worker returned. Throws what reading that throws; then the future is not done.
  virtual void finish(remote::InputArchive& result) = 0;
  /// Ends the future with an error.
  void fail(const std::exception_ptr& error) noexcept;

 protected:
  ~PoolTask() = default;

  bool terminate_in_pool();

 private:
  const futures::TaskOptions options_;
  int retries_made_ = 0;
};

/// The future's shared state and the task, in one allocation.
template <class R>
class RemoteTask final : public futures::ResultCore<R>, public PoolTask {
 public:
  using PoolTask::PoolTask;

  futures::FutureCore& core() noexcept override { return *this; }
  bool terminate() override { return terminate_in_pool(); }
  void finish(remote::InputArchive& result) override {
    if constexpr (std::is_void_v<R>) {
      this->finish_with_result();
    } else {
      this->finish_with_result(remote::load_result<R>(result));
    }
  }
};

}  // namespace tandem::multiprocessing
