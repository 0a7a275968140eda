#pragma once

#include <cstddef>

namespace tandem::platform {

/// Lifts this process's limit of open descriptors towards `wanted`, as far as its hard limit allows, and gives the limit that is in
/// force then. Never lowers it. The usual limit of 1024 is too little for a server of many connections.
std::size_t raise_open_files_limit(std::size_t wanted) noexcept;

/// Lets this process take at most so many more bytes of private memory, for the object's lifetime: beyond it, allocations fail. As
/// the kernel counts what is reserved and not what is touched, the first few hundred KiB of a heap that grows may count too. Throws
/// std::system_error.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::size_t more);
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;
  ~MemoryLimit();

 private:
  std::size_t before_;
};

}  // namespace tandem::platform
