#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
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

  // What follows is guarded by the pool's lock as long as the task is in the pool; what a finished one has, nobody looks at.

  /// Its number in its pool, given once by it; never 0.
  std::uint64_t id = 0;
  /// The number of its latest attempt among all attempts of the pool; 0 before the first. What a worker claims is an attempt.
  std::uint64_t attempt = 0;
  /// Where it stands: in its pool's PendingTasks, or in a slot of its TaskBoard, which workers take it from.
  std::optional<std::uint32_t> slot;
  /// An attempt was begun once, so it cannot be cancelled any more.
  bool begun = false;
  /// It was cancelled, and is to be dropped.
  bool is_revoked = false;
  /// Why we kill its worker.
  enum class Doom { none, out_of_time, terminated };
  Doom doom = Doom::none;
  /// It is to be begun no more, however the attempt that is under way ends.
  bool is_last_attempt = false;
  /// The call; dropped by the pool once the task is over, as the future may live long.
  remote::Message message;
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
  bool revoke_in_pool();
  bool has_begun_in_pool() const;

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
  bool revoke() override { return revoke_in_pool(); }
  bool has_begun() override { return has_begun_in_pool(); }
  void finish(remote::InputArchive& result) override {
    if constexpr (std::is_void_v<R>) {
      this->finish_with_result();
    } else {
      this->finish_with_result(remote::load_result<R>(result));
    }
  }
};

}  // namespace tandem::multiprocessing
