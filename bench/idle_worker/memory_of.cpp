#include "bench/idle_worker/memory_of.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tandem::bench {

Memory memory_of(pid_t process) {
  const std::string path = "/proc/" + std::to_string(process) + "/smaps_rollup";
  std::ifstream file{path};
  Memory memory{};
  int found = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string name;
    std::uint64_t kibibytes = 0;
    if (!(words >> name >> kibibytes)) continue;  // the first line is about addresses
    const bool is_own = name == "Private_Clean:" || name == "Private_Dirty:";
    if (name == "Pss:") memory.pss = kibibytes * 1024;
    if (is_own) memory.own += kibibytes * 1024;
    found += is_own || name == "Pss:" ? 1 : 0;
  }
  if (found != 3) throw std::runtime_error(path + " does not say how much memory the process has");
  return memory;
}

}  // namespace tandem::bench
