#pragma once

// A memory cgroup for a test's children: the kernel refuses memory to those in it, or kills them, where all others have enough.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include "tandem/platform/process.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::test {

/// Made where this process may make one, of version 1 or 2; gone with the object, when its processes have ended.
class MemoryCgroup {
 public:
  explicit MemoryCgroup(std::uint64_t most_bytes) {
    for (const std::filesystem::path& parent : {std::filesystem::path{"/sys/fs/cgroup/memory"}, own_place()}) {
      if (parent.empty() || !make_below(parent, most_bytes)) continue;
      return;
    }
    why_not_ =
        "no memory cgroup can be made here: it takes root, and the memory controller (version 1, or 2 with 'memory' in "
        "cgroup.subtree_control)";
  }
  ~MemoryCgroup() {
    if (folder_.empty()) return;
    // The kernel lets the folder go a moment after its last process.
    EXPECT_TRUE(eventually([this] {
      std::error_code error;
      return std::filesystem::remove(folder_, error) && !error;
    })) << folder_;
  }
  MemoryCgroup(const MemoryCgroup&) = delete;
  MemoryCgroup& operator=(const MemoryCgroup&) = delete;

  /// Nothing if there is one.
  const std::string& why_not() const noexcept { return why_not_; }
  /// The calling process is in it from now on.
  void enter() const {
    if (!write(folder_ / "cgroup.procs", "0")) throw std::runtime_error("the process cannot enter " + folder_.string());
  }

 private:
  static bool write(const std::filesystem::path& file, const std::string& text) {
    return static_cast<bool>(std::ofstream{file} << text << std::flush);
  }
  /// Version 2: this process's, whose children may have the controller.
  static std::filesystem::path own_place() {
    std::ifstream file{"/proc/self/cgroup"};
    for (std::string line; std::getline(file, line);) {
      if (line.rfind("0::/", 0) == 0) return std::filesystem::path{"/sys/fs/cgroup"} / line.substr(4);
    }
    return {};
  }
  bool make_below(const std::filesystem::path& parent, std::uint64_t most_bytes) {
    const std::filesystem::path folder = parent / ("tandem-test-" + std::to_string(platform::this_pid()));
    std::error_code error;
    if (!std::filesystem::create_directory(folder, error) || error) return false;
    folder_ = folder;
    if (write(folder / "memory.max", std::to_string(most_bytes))) {
      write(folder / "memory.swap.max", "0");
      return true;
    }
    if (write(folder / "memory.limit_in_bytes", std::to_string(most_bytes))) return true;
    std::filesystem::remove(folder, error);
    folder_.clear();
    return false;
  }

  std::filesystem::path folder_;
  std::string why_not_;
};

}  // namespace tandem::test
