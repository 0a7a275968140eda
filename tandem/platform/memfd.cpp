#include "tandem/platform/memfd.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

Fd create(const char* name) {
  Fd fd{::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  if (!fd) throw_errno("memfd_create");
  return fd;
}

void seal(const Fd& fd, int seals) {
  if (::fcntl(fd.get(), F_ADD_SEALS, seals) != 0) throw_errno("fcntl", "F_ADD_SEALS");
}

struct stat status_of(const Fd& fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw_errno("fstat", "memfd");
  return status;
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
  seal(fd, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  return fd;
}

Fd make_sparse_memfd(const char* name, std::uint64_t size) {
  Fd fd = above_standard(create(name));  // it lives as long as the program, whose standard descriptors may be opened again
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) throw_errno("ftruncate", "memfd");
  seal(fd, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  return fd;
}

std::uint64_t physical_memory() noexcept {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void allocate(const Fd& fd, std::uint64_t offset, std::uint64_t size) {
  if (size > physical_memory()) throw_error(ENOMEM, "fallocate", "more shared memory than the machine has");
  while (::fallocate(fd.get(), 0, static_cast<off_t>(offset), static_cast<off_t>(size)) != 0) {
    if (errno != EINTR) throw_errno("fallocate", "shared memory");
  }
}

void give_back(const Fd& fd, std::uint64_t offset, std::uint64_t size) noexcept {
  // It can fail for wrong arguments only.
  while (::fallocate(fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size)) !=
             0 &&
         errno == EINTR) {
  }
}

std::uint64_t allocated_bytes(const Fd& fd) {
  constexpr std::uint64_t block = 512;  // of st_blocks, whatever the file system
  return static_cast<std::uint64_t>(status_of(fd).st_blocks) * block;
}

Mapping::Mapping(const Fd& fd, Access access) : Mapping{fd, access, 0, static_cast<std::size_t>(status_of(fd).st_size)} {}

Mapping::Mapping(const Fd& fd, Access access, std::uint64_t offset, std::size_t size) : size_{size} {
  if (size_ == 0) return;
  const int protection = access == Access::read ? PROT_READ : PROT_READ | PROT_WRITE;
  void* const memory = ::mmap(nullptr, size_, protection, MAP_SHARED, fd.get(), static_cast<off_t>(offset));
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
