#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/birth.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::multiprocessing {

/// The process that asks. Python: multiprocessing.current_process().
class CurrentProcess {
 public:
  /// "MainProcess", "Process-1" or as it was named; pool workers are called after their pool, "parse 2/4".
  std::string name() const;
  /// From now on: in the log, in what is printed about an exception that leaves it, for `ps` unless it is the main process, and to
  /// the processes that it makes, as parent_process().name(). Who has started it has its own idea of the name. From any thread.
  void name(std::string new_name) const;
  int pid() const noexcept;
  /// Whether it was made to die with its parent; such a process may have no children of its own. False in pool workers.
  bool daemon() const noexcept;
  /// The secret by which the processes of this program know each other, for Listener and Client: 32 random bytes in the main
  /// process; the others have what their parent had when it made them, unless it gave them another one (Process::authkey). A change
  /// is for the processes that are made after it. Python: authkey.
  std::string authkey() const;
  void authkey(std::string new_key) const;
};
CurrentProcess current_process() noexcept;

/// The process that started this one, whatever the kernel calls its parent: that is the fork server, and only under the start
/// method "fork" this one too. Python: multiprocessing.parent_process().
class ParentProcess {
 public:
  const std::string& name() const noexcept;
  int pid() const noexcept;
  bool is_alive() const;
  /// Waits for its end; false if the deadline passed first.
  bool join(Deadline deadline = Deadline::never()) const;
  /// False also if stop was requested first.
  bool join(std::stop_token stop, Deadline deadline = Deadline::never()) const;
  /// A descriptor that can be read once it has ended.
  int sentinel() const noexcept;
};
/// Nothing in the main process.
std::optional<ParentProcess> parent_process() noexcept;

/// Where a process shows its name to others: the kernel's short one, and its arguments in the command line, too. The main process
/// is called as the user has called it.
enum class Title : std::uint8_t { as_it_is, comm, command_line };

/// By a new process: this is who I am.
void take_identity(Birth& birth, Title title);
/// The identity of the next child that this process makes.
std::string next_child_identity();

}  // namespace tandem::multiprocessing
