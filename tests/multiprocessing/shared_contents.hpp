#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/trace.hpp"

namespace tandem::test {

/// What this process and its children have in common: in the arena the state and the beginning of the window of each live object,
/// and the beginning of each other memfd of this process, such as those of Common and TestRing. "The beginning" is enough for a
/// queue's state and its first ring. Only looks: nothing is allocated by it.
class SharedContents {
 public:
  SharedContents();

  /// Since the last call, or since it was made.
  bool have_changed();

 private:
  struct Region {
    int fd;
    std::uint64_t offset;
    std::size_t size;
  };

  void add(int fd, std::uint64_t offset);
  void read(std::vector<std::byte>& to) const;

  std::vector<std::uint32_t> slots_;
  std::vector<Region> regions_;
  std::vector<std::byte> seen_, now_;
};

/// For Trace::of.
HasChanged watch_shared_contents();

}  // namespace tandem::test
