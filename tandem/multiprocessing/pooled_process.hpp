#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/child_process.hpp"
#include "tandem/multiprocessing/claim_board.hpp"
#include "tandem/multiprocessing/pool_task.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/remote/channel.hpp"

namespace tandem::multiprocessing {

/// A pool's view of one of its workers. Members without a word of their own are guarded by the pool's lock.
class PooledProcess {
 public:
  enum class State { starting, idle, busy, leaving };
  /// Why it is being killed; it is given nothing more then.
  enum class Doom {
    none,
    out_of_time,  ///< its task is
    dismissed,    ///< by kill_workers(), with all that it was given
    terminated,   ///< its task was, by Future::terminate()
  };
  /// What an event of the pool's epoll is about.
  struct Watched {
    PooledProcess* worker = nullptr;
    bool is_end = false;  ///< of the process; else there is something in its channel
  };

  /// Has the zygote fork it, as the pool's worker number `slot`. `initializer` may be nullptr. Throws as zygote::fork does.
  PooledProcess(std::size_t slot, const std::string& name, const ClaimBoard& claims, const remote::Call* initializer);
  PooledProcess(const PooledProcess&) = delete;
  PooledProcess& operator=(const PooledProcess&) = delete;

  const std::size_t slot;
  const std::string name;   ///< "parse 2/4"
  ChildProcess process;     ///< the collecting thread's, but for its pid
  remote::Channel channel;  ///< read by the collecting thread; written by whoever has given the worker the task that it has
  Watched replies{this, false};
  Watched end{this, true};

  State state = State::starting;
  std::shared_ptr<PoolTask> task;         ///< what it was given and has not answered
  Deadline deadline = Deadline::never();  ///< for that
  int tasks_given = 0;
  Doom doom = Doom::none;
  bool is_let_go = false;   ///< it was told to end
  bool is_retired = false;  ///< it gets no task any more, and goes when it has answered
  std::string hint;         ///< why we are killing it for another reason; the collecting thread's

  bool is_doomed() const noexcept { return doom != Doom::none; }

 private:
  PooledProcess(std::size_t slot, const std::string& name, const ClaimBoard& claims, const remote::Call* initializer,
                std::pair<remote::Channel, remote::Channel> line);
};

}  // namespace tandem::multiprocessing
