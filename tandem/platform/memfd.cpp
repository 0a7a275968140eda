#include "tandem/platform/memfd.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

Fd create(const char* name) {
  Fd fd{::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  if (!fd) throw_errno("memfd_create");
  return fd;
}

void write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno("write", "memfd");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

Fd make_memfd(const char* name, std::size_t size) {
  Fd fd = create(name);
  if (const int code = ::posix_fallocate(fd.get(), 0, static_cast<off_t>(size)); code != 0) throw_error(code, "posix_fallocate");
  return fd;
}

Fd make_sealed_memfd(const char* name, std::span<const std::span<const std::byte>> parts) {
  Fd fd = create(name);
  for (const auto part : parts) write_all(fd.get(), part);
  if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
    throw_errno("fcntl", "F_ADD_SEALS");
  return fd;
}

Mapping::Mapping(const Fd& fd, Access access) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw_errno("fstat", "memfd");
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) return;
  const int protection = access == Access::read ? PROT_READ : PROT_READ | PROT_WRITE;
  void* const memory = ::mmap(nullptr, size_, protection, MAP_SHARED, fd.get(), 0);
  if (memory == MAP_FAILED) throw_errno("mmap");
  data_ = static_cast<std::byte*>(memory);
}

Mapping::Mapping(Mapping&& other) noexcept : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace tandem::platform
