#pragma once

#include <cstddef>
#include <cstdint>

#include "tandem/platform/memfd.hpp"

namespace tandem::shared {

/// A stretch of a sparse file, large enough never to be full: room for one shared object, of which each process maps what it needs.
/// Offsets count from its beginning; all are multiples of the page size. The file must outlive it. From any thread.
class Window {
 public:
  static constexpr int size_bits = 37;
  static constexpr std::uint64_t size = std::uint64_t{1} << size_bits;  // 128 GiB
  static constexpr std::uint64_t page = 4096;
  static constexpr std::uint64_t whole_pages(std::uint64_t bytes) noexcept { return (bytes + page - 1) / page * page; }

  Window(const platform::Fd& file, std::uint64_t begin) noexcept : file_{&file}, begin_{begin} {}

  /// Into this process. Throws std::system_error if its address space is limited (ulimit -v) and full.
  platform::Mapping map(std::uint64_t offset, std::size_t bytes) const {
    return {*file_, platform::Mapping::Access::read_write, begin_ + offset, bytes};
  }
  /// To be done before writing there: what was not allocated may kill the process (SIGBUS). Doing it again changes nothing. Throws
  /// std::system_error if the system has no memory left.
  void allocate(std::uint64_t offset, std::uint64_t bytes) const { platform::allocate(*file_, begin_ + offset, bytes); }
  /// Gives the memory back to the system; reads as zeros then, in all processes.
  void give_back(std::uint64_t offset, std::uint64_t bytes) const noexcept { platform::give_back(*file_, begin_ + offset, bytes); }

 private:
  const platform::Fd* file_;
  std::uint64_t begin_;
};

}  // namespace tandem::shared
