#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// A program to be started, and what is arranged for it before it begins, in the order of the members.
struct SpawnPlan {
  std::vector<std::string> arguments;  ///< argv, with the program's name as the first.
  /// The files to try, one after the other, until one can be executed. If none can, the error is that of the first that is there.
  std::vector<std::string> files;
  std::string program;  ///< What a message calls it.
  /// "NAME=value"; nothing: what this process has.
  std::optional<std::vector<std::string>> environment;

  /// Which descriptors of this process become its 0, 1 and 2. One may occur more than once; -1 leaves it closed.
  std::array<int, 3> standard{0, 1, 2};
  std::string folder;  ///< Where it works; empty: where this process does.
  std::optional<unsigned> umask;
  /// No signal is blocked there, and SIGPIPE and SIGXFSZ are not ignored; if not, both is as on the calling thread. What is handled
  /// here is not there, in any case.
  bool restore_signals = true;
  bool new_session = false;
  std::optional<int> process_group;                                  ///< 0: a new one, of its own.
  std::vector<std::pair<int, std::array<unsigned long, 2>>> limits;  ///< RLIMIT_..., {soft, hard}.
  std::optional<int> niceness;
  std::optional<std::vector<unsigned>> groups;  ///< The supplementary ones.
  std::optional<unsigned> group, user;
  /// Descriptors that it gets under the numbers that they have here.
  std::vector<int> kept;
  /// All others are closed; if not, those that are not close-on-exec stay open.
  bool close_others = true;
};

struct Spawned {
  int pid;
  Fd pidfd;
};

/// Starts a program as a child of this process, whose time does not depend on how large this process is or how many threads it has:
/// no memory is copied. The calling thread waits until the program has begun. Throws std::system_error whose text begins with the
/// step that failed: "chdir /nowhere: No such file or directory"; there is no child then.
Spawned spawn(const SpawnPlan& plan);

}  // namespace tandem::platform
