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

/// Work for a worker process: the call, what was said about it, and the future's side of it.
class PoolTask {
 public:
  PoolTask(remote::Call call, futures::TaskOptions options)
      : message{std::make_shared<const remote::Message>(std::move(call.message))}, options_{std::move(options)} {}
  PoolTask(const PoolTask&) = delete;
  PoolTask& operator=(const PoolTask&) = delete;

  /// Its number in its pool, given once by it; never 0.
  std::uint64_t id = 0;
  /// Whether a worker was given it. After that it cannot be cancelled, but may be given to another worker.
  bool begun = false;
  /// The call. Shared with those who are just sending it; dropped by the pool once the task is over, as the future may live long.
  std::shared_ptr<const remote::Message> message;

  const futures::TaskOptions& options() const noexcept { return options_; }
  std::string name() const { return options_.name.empty() ? std::to_string(id) : options_.name; }

  virtual futures::FutureCore& core() noexcept = 0;
  /// Ends the future with what the worker returned. Throws what reading that throws; then the future is not done.
  virtual void finish(remote::InputArchive& result) = 0;
  /// Ends the future with an error.
  void fail(const std::exception_ptr& error) noexcept;

 protected:
  ~PoolTask() = default;

 private:
  const futures::TaskOptions options_;
};

/// The future's shared state and the task, in one allocation.
template <class R>
class RemoteTask final : public futures::ResultCore<R>, public PoolTask {
 public:
  using PoolTask::PoolTask;

  futures::FutureCore& core() noexcept override { return *this; }
  void finish(remote::InputArchive& result) override {
    if constexpr (std::is_void_v<R>) {
      this->finish_with_result();
    } else {
      this->finish_with_result(remote::load_result<R>(result));
    }
  }
};

}  // namespace tandem::multiprocessing
