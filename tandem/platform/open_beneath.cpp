#include "tandem/platform/open_beneath.hpp"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {

Fd open_folder(const std::string& path) {
  Fd folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder) throw_errno("open folder", path);
  // Asked once here, so that a system that lacks or forbids the call is found when the program starts and not at the first request.
  if (const Opened probe = open_beneath(folder.get(), "."); !probe.file) throw_error(probe.error, "openat2", path);
  return folder;
}

Opened open_beneath(int root, const char* path) noexcept {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: something was renamed while the kernel followed a "..", so that it could not be sure. Rare, and gone at the next try.
  for (int tries = 0;; ++tries) {
    const auto fd = static_cast<int>(::syscall(SYS_openat2, root, path, &how, sizeof how));
    if (fd >= 0) return {Fd{fd}, 0};
    if (errno != EINTR && (errno != EAGAIN || tries == 16)) return {Fd{}, errno};
  }
}

FileStatus status_of(int file) {
  struct stat data {};
  if (::fstat(file, &data) == -1) throw_errno("fstat");
  FileStatus status;
  if (S_ISREG(data.st_mode)) status.kind = FileStatus::Kind::regular;
  if (S_ISDIR(data.st_mode)) status.kind = FileStatus::Kind::folder;
  status.size = static_cast<std::uint64_t>(data.st_size);
  status.modified = data.st_mtim.tv_sec;
  return status;
}

Transfer read_at(int file, std::span<char> room, std::uint64_t offset) noexcept {
  Transfer total;
  while (total.bytes < room.size()) {
    const ssize_t got =
        ::pread(file, room.data() + total.bytes, room.size() - total.bytes, static_cast<off_t>(offset + total.bytes));
    if (got > 0) {
      total.bytes += static_cast<std::size_t>(got);
    } else if (got == 0) {
      break;
    } else if (errno != EINTR) {
      total.error = errno;
      break;
    }
  }
  return total;
}

}  // namespace tandem::platform
