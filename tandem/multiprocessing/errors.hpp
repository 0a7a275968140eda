#pragma once

#include <stdexcept>
#include <string>

namespace tandem::multiprocessing {

/// The fork server has died: no process can be started any more, and how those ended that it had forked is not known.
class ForkServerGone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A process of the start method "fork" has ended, and its exit code is not to be had: SIGCHLD is ignored in the process that
/// started it, or somebody else there has waited for it. Python: exitcode stays None.
class ExitCodeLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tandem::multiprocessing
