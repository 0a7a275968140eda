#pragma once

#include <array>
#include <string>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// Of stdin, stdout or stderr; /dev/null in the place of one that is closed. Throws std::system_error.
Fd copy_of_standard(int fd);

/// What a process started by fork would find around it: standard descriptors, folder, umask, environment. To be sent to one that is
/// forked by somebody else.
struct Surroundings {
  std::array<Fd, 3> standard;  ///< stdin, stdout, stderr; /dev/null in the place of one that is closed
  Fd folder;                   ///< the working directory
  unsigned umask = 0;
  std::string environment;  ///< "NAME=value" strings, each ended by a NUL

  /// Copies of this process's own. Not while another thread changes the environment. Throws std::system_error.
  static Surroundings of_this_process();
  /// Replaces this process's own. Only while it has one thread.
  void take_on() &&;
};

}  // namespace tandem::platform
