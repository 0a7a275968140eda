#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tandem/platform/fd.hpp"
#include "tandem/platform/transfer.hpp"

namespace tandem::platform {

/// Opens a folder as the root for open_beneath. Throws std::system_error: "open folder public: Not a directory".
Fd open_folder(const std::string& path);

struct Opened {
  Fd file;
  int error = 0;  ///< an errno value if `file` is empty; EXDEV: the path leads out of the root
};

/// Opens `path` for reading, relative to `root`, and never outside of it: neither "..", nor an absolute path, nor a symbolic link
/// on the way can leave it; the kernel sees to that (openat2 with RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS), also while somebody
/// renames folders. Does not block on a fifo or a device.
Opened open_beneath(int root, const char* path) noexcept;

struct FileStatus {
  enum class Kind : std::uint8_t { regular, folder, other };
  Kind kind = Kind::other;
  std::uint64_t size = 0;
  std::int64_t modified = 0;  ///< seconds since 1970-01-01 UTC
};

/// Throws std::system_error.
FileStatus status_of(int file);

/// Reads at `offset` until `room` is full or the file ends.
Transfer read_at(int file, std::span<char> room, std::uint64_t offset) noexcept;

}  // namespace tandem::platform
