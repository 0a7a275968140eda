#include "tandem/platform/fd.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace tandem::platform {

void Fd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old >= 0) ::close(old);
}

FileIdentity identity_of(int fd) noexcept {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace tandem::platform
