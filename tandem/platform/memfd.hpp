#pragma once

#include <cstddef>
#include <span>

#include "tandem/platform/fd.hpp"

namespace tandem::platform {

/// Memory as a descriptor, to be shared with other processes: it has no name anywhere, and is gone with the last descriptor and
/// mapping, however the processes end. `name` is for /proc/PID/maps. Its pages are set aside at once, so that out of memory is an
/// error here and not a SIGBUS later. Throws std::system_error.
Fd make_memfd(const char* name, std::size_t size);
/// One that holds `parts`, one behind the other, and can neither be changed nor made smaller any more.
Fd make_sealed_memfd(const char* name, std::span<const std::span<const std::byte>> parts);

/// A descriptor's memory in this process's address space, until the object goes. Throws std::system_error.
class Mapping {
 public:
  enum class Access { read, read_write };

  Mapping() noexcept = default;
  /// All of it.
  Mapping(const Fd& fd, Access access);
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
