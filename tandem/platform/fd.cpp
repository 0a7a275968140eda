#include "tandem/platform/fd.hpp"

#include <unistd.h>

namespace tandem::platform {

void Fd::reset(int fd) noexcept {
  if (const int old = std::exchange(fd_, fd); old >= 0) ::close(old);
}

}  // namespace tandem::platform
