#include "tandem/platform/pidfd.hpp"

#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/poll.hpp"

namespace tandem::platform {

Fd open_pidfd(int pid) {
  Fd fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};  // close-on-exec by itself
  if (!fd && errno != ESRCH) throw_errno("pidfd_open");
  return fd;
}

bool has_ended(const Fd& pidfd) { return wait_readable(pidfd.get(), Deadline::passed()); }

bool send_signal(const Fd& pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0) return true;
  if (errno != ESRCH) throw_errno("pidfd_send_signal");
  return false;
}

}  // namespace tandem::platform
