#include "tandem/platform/cpu_count.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <sched.h>

namespace tandem::platform {
namespace {

namespace fs = std::filesystem;

/// A hierarchy of control groups, as it is mounted.
struct Hierarchy {
  fs::path top;    ///< the group that is seen at the mount point
  fs::path mount;  ///< the mount point
  bool is_v2 = false;
};

bool has_option(const std::string& list, const std::string& wanted) {
  std::istringstream options{list};
  for (std::string option; std::getline(options, option, ',');) {
    if (option == wanted) return true;
  }
  return false;
}

/// Those that may limit processor time. Lines of mountinfo: id, parent, device, root, mount point, options, ... - type, source,
/// super options.
std::vector<Hierarchy> hierarchies(const fs::path& root) {
  std::vector<Hierarchy> all;
  std::ifstream mounts{root / "proc/self/mountinfo"};
  for (std::string line; std::getline(mounts, line);) {
    const auto dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream front{line.substr(0, dash)};
    std::istringstream back{line.substr(dash + 3)};
    std::string skipped, top, mount, type, options;
    front >> skipped >> skipped >> skipped >> top >> mount;
    back >> type >> skipped >> options;
    if (type == "cgroup2" || (type == "cgroup" && has_option(options, "cpu"))) all.push_back({top, mount, type == "cgroup2"});
  }
  return all;
}

/// The group of this process in a hierarchy. Lines of /proc/self/cgroup: number, controllers, path, with colons between.
std::optional<fs::path> own_group(const fs::path& root, bool is_v2) {
  std::ifstream groups{root / "proc/self/cgroup"};
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (is_v2 ? controllers.empty() : has_option(controllers, "cpu")) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// What one group allows. Its files say "max" or -1 for no limit, and are missing at the root.
std::optional<double> quota_of(const fs::path& group, bool is_v2) {
  double quota = 0;
  double period = 0;
  if (is_v2) {
    std::ifstream file{group / "cpu.max"};
    if (!(file >> quota >> period)) return std::nullopt;
  } else {
    std::ifstream quota_file{group / "cpu.cfs_quota_us"};
    std::ifstream period_file{group / "cpu.cfs_period_us"};
    if (!(quota_file >> quota) || !(period_file >> period)) return std::nullopt;
  }
  if (quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

}  // namespace

int usable_processors() noexcept {
  // The kernel refuses sets that are smaller than its own, whose size it does not tell.
  for (int size = 1024; size <= 1 << 20; size *= 2) {
    cpu_set_t* set = CPU_ALLOC(size);
    if (set == nullptr) return 1;
    const std::size_t bytes = CPU_ALLOC_SIZE(size);
    const int code = ::sched_getaffinity(0, bytes, set);
    const int count = code == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (code == 0) return std::max(count, 1);
    if (errno != EINVAL) return 1;
  }
  return 1;
}

std::optional<double> processor_quota(const fs::path& root) {
  std::optional<double> least;
  for (const Hierarchy& hierarchy : hierarchies(root)) {
    const auto own = own_group(root, hierarchy.is_v2);
    if (!own) continue;
    // In a container the group's path may begin above what is mounted there, or lie outside it: then all that is seen is the top.
    fs::path below = own->lexically_relative(hierarchy.top);
    if (below.empty() || *below.begin() == "..") below = ".";
    fs::path group = (root / hierarchy.mount.relative_path() / below).lexically_normal();
    const fs::path top = (root / hierarchy.mount.relative_path()).lexically_normal();
    for (;; group = group.parent_path()) {
      if (const auto quota = quota_of(group, hierarchy.is_v2)) least = std::min(least.value_or(*quota), *quota);
      if (group.native().size() <= top.native().size()) break;
    }
  }
  return least;
}

int cpu_count(const fs::path& root) {
  const int processors = usable_processors();
  const auto quota = processor_quota(root);
  if (!quota || *quota >= processors) return processors;
  return std::max(static_cast<int>(std::ceil(*quota)), 1);
}

}  // namespace tandem::platform
