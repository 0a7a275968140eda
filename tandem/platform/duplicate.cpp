#include "tandem/platform/duplicate.hpp"

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {

Fd duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) throw_errno("fcntl F_DUPFD_CLOEXEC");
  return Fd{copy};
}

bool is_same_end(int a, int b) noexcept {
  struct stat of_a {};
  struct stat of_b {};
  if (::fstat(a, &of_a) != 0 || ::fstat(b, &of_b) != 0) return false;
  if (!S_ISSOCK(of_a.st_mode) && !S_ISFIFO(of_a.st_mode)) return false;
  // The two ends of a pipe are one file, opened for reading and for writing.
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino &&
         (::fcntl(a, F_GETFL) & O_ACCMODE) == (::fcntl(b, F_GETFL) & O_ACCMODE);
}

void close_but_keep_number(int fd) {
  // What is opened by O_PATH is no more than a place in the file system; the root is always there.
  const Fd place{::open("/", O_PATH | O_CLOEXEC)};
  if (!place) throw_errno("open", "/");
  if (::dup3(place.get(), fd, O_CLOEXEC) < 0) throw_errno("dup3");
}

Fd open_null() {
  Fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  if (!null) throw_errno("open", "/dev/null");
  return above_standard(std::move(null));
}

Fd above_standard(Fd fd) { return fd.get() > 2 ? std::move(fd) : duplicate(fd.get()); }

}  // namespace tandem::platform
