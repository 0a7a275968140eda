#include "tandem/platform/duplicate.hpp"

#include <utility>

#include <fcntl.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {

Fd duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw_errno("fcntl F_DUPFD_CLOEXEC");
  return Fd{copy};
}

Fd open_null() {
  Fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  if (!null) throw_errno("open", "/dev/null");
  return above_standard(std::move(null));
}

Fd above_standard(Fd fd) { return fd.get() > 2 ? std::move(fd) : duplicate(fd.get()); }

}  // namespace tandem::platform
