#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "tandem/multiprocessing/child_process.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/multiprocessing/task_board.hpp"
#include "tandem/platform/event_fd.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/remote/channel.hpp"

namespace tandem::multiprocessing {

/// A pool's view of one of its workers.
class PooledProcess {
 public:
  /// What an event of the pool's epoll is about.
  struct Watched {
    PooledProcess* worker = nullptr;
    bool is_end = false;  ///< of the process; else there is something in its channel
  };

  /// Has the zygote fork it, by another method than fork, as the pool's worker at `place`, which wakes the pool by `wake`.
  /// `initializer` may be nullptr. It does nothing before begin(). Throws as zygote::fork does.
  PooledProcess(TaskBoard::Place place, std::uint32_t max_tasks, const std::string& name, TaskBoard& board,
                const platform::EventFd& wake, const remote::Call* initializer, StartMethod method);
  PooledProcess(const PooledProcess&) = delete;
  PooledProcess& operator=(const PooledProcess&) = delete;

  /// Lets it take tasks: once, and not before the pool would find it, as whoever hears from its first task may want to end it.
  /// Throws std::system_error if that cannot be sent; if the worker has died by now, its end will be seen like any other.
  void begin();

  const TaskBoard::Place place;
  const std::string name;   ///< "parse 2/4"
  ChildProcess process;     ///< the collecting thread's, but for its pid and for sending signals
  remote::Channel channel;  ///< the collecting thread's
  Watched replies{this, false};
  Watched end{this, true};

  bool is_ready = false;      ///< it has said so; the collecting thread's
  std::string hint;           ///< why we are killing it if it is not for its task; the collecting thread's
  bool is_dismissed = false;  ///< it was told, or made, to end; this and what follows are guarded by the pool's lock
  std::string terminated_by;  ///< who sent it SIGTERM, if somebody of this program did
  std::string killed_by;      ///< the same with SIGKILL

 private:
  PooledProcess(TaskBoard::Place place, std::uint32_t max_tasks, const std::string& name, TaskBoard& board,
                const platform::EventFd& wake, const remote::Call* initializer, StartMethod method,
                std::pair<remote::Channel, remote::Channel> line);

  const std::uint32_t max_tasks_;
  remote::Message setup_;  // sent by begin()
};

}  // namespace tandem::multiprocessing
