#include "bench/event_broadcast/crowd.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace tandem::bench {
namespace {

/// As the kernel says in /proc/self/task/TID/stat, behind the name, which is in brackets.
bool sleeps(const std::filesystem::path& task) {
  std::ifstream file{task / "stat"};
  std::string text;
  std::getline(file, text);
  const auto bracket = text.rfind(')');
  return bracket != std::string::npos && text.size() > bracket + 2 && text[bracket + 2] == 'S';
}

int awake() {
  int count = 0;
  for (const auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) count += sleeps(task.path()) ? 0 : 1;
  return count;
}

}  // namespace

void wait_until_all_sleep() {
  while (awake() > 1) std::this_thread::yield();
}

}  // namespace tandem::bench
