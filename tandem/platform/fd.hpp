#pragma once

#include <utility>

namespace tandem::platform {

/// Owns one file descriptor and closes it in its destructor. Whoever makes one opens it close-on-exec.
class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_{fd} {}
  Fd(Fd&& other) noexcept : fd_{other.release()} {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes what it holds. On Linux the descriptor is gone even when close(2) reports an error, so it is never tried again.
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

/// What a descriptor stands for, apart from its number: so one can see that the number means something else by now.
struct FileIdentity {
  unsigned long device = 0;
  unsigned long inode = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) noexcept = default;
};
/// All zero if the descriptor is closed.
FileIdentity identity_of(int fd) noexcept;

}  // namespace tandem::platform
