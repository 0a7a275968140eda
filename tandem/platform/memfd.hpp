#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// Memory as a descriptor, to be shared with other processes: it has no name anywhere, and is gone with the last descriptor and
/// mapping, however the processes end. `name` is for /proc/PID/maps. Its pages are set aside at once, so that out of memory is an
/// error here and not a SIGBUS later. Throws std::system_error.
Fd make_memfd(const char* name, std::size_t size);
/// One that holds `parts`, one behind the other, and can neither be changed nor made smaller any more.
Fd make_sealed_memfd(const char* name, std::span<const std::span<const std::byte>> parts);

/// A file of that size without any memory: it is set aside piece by piece, by allocate(), and given back by give_back(). Nobody can
/// change its size. Reading what was not allocated gives zeros; writing there may kill the process (SIGBUS) when memory is short.
Fd make_sparse_memfd(const char* name, std::uint64_t size);
/// Sets memory aside for these bytes, where there is none yet. Throws std::system_error if there is not enough; and if it is more
/// than the machine has, without trying, which would cost other programs their lives.
void allocate(const Fd& fd, std::uint64_t offset, std::uint64_t size);
/// The memory goes back to the system; the bytes are zeros again. Whole pages only: the rest at both ends stays.
void give_back(const Fd& fd, std::uint64_t offset, std::uint64_t size) noexcept;
/// What the machine has, in bytes.
std::uint64_t physical_memory() noexcept;
/// How much is set aside in all, in bytes.
std::uint64_t allocated_bytes(const Fd& fd);

/// A descriptor's memory in this process's address space, until the object goes. Throws std::system_error.
class Mapping {
 public:
  enum class Access { read, read_write };

  Mapping() noexcept = default;
  /// All of it.
  Mapping(const Fd& fd, Access access);
  /// A part of it, which need not have been set aside yet. Both are multiples of the page size.
  Mapping(const Fd& fd, Access access, std::uint64_t offset, std::size_t size);
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tandem::platform
