#include "tandem/platform/duplicate.hpp"

#include <fcntl.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {

Fd duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw_errno("fcntl F_DUPFD_CLOEXEC");
  return Fd{copy};
}

}  // namespace tandem::platform
