#pragma once

#include <memory>
#include <vector>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing {

/// The processes that this one has started and that have not ended, as far as anybody has looked.
class Family {
 public:
  static Family& instance();

  void add(const std::shared_ptr<ProcessHandle::State>& child);
  /// A Process that was started as a temporary: lives here until it has ended.
  void keep(Process process);
  std::vector<ProcessHandle> alive();
  /// At the end of this process: ends the daemons, waits for the others, and for those that are started meanwhile.
  void end() noexcept;

  /// In a process that was forked from this one: those children are not its own. Gives up their descriptors.
  void forget() noexcept;

 private:
  /// Under lock_: forgets those that have ended, and gives the others. `ended` is to be destroyed when the lock is free.
  std::vector<std::shared_ptr<ProcessHandle::State>> look(std::vector<Process>& ended);

  sync::Lock lock_{"Family"};
  // Guarded by lock_, in the order of their starts. They belong to their handles: one that nobody has any more has ended.
  std::vector<std::weak_ptr<ProcessHandle::State>> children_;
  std::vector<Process> kept_;  // guarded by lock_
};

/// For processes that end without exit handlers: what those would have done for the processes and threads that were started here.
void end_family() noexcept;

}  // namespace tandem::multiprocessing
