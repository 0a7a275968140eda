#include "tests/support/holdings.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include <sys/wait.h>

#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/shared/arena.hpp"
#include "tandem/sync/local_futex.hpp"

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The entries of a folder of /proc whose names are numbers. What vanishes while we look is simply not there.
std::vector<int> numbers_in(const fs::path& folder) {
  std::vector<int> found;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (const auto id = number(entry.path().filename().string())) found.push_back(*id);
  }
  return found;
}

std::string first_line(const fs::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  return line;
}

/// "sleep, sleeping" or "sleep, zombie: nobody waited for it", from /proc/PID/stat.
std::string describe_process(int pid) {
  const std::string stat = first_line(fs::path{"/proc"} / std::to_string(pid) / "stat");
  const auto open = stat.find('(');
  const auto close = stat.rfind(')');  // the name itself may hold brackets
  if (open == std::string::npos || close == std::string::npos || close + 2 >= stat.size()) return "already gone";
  const char state = stat[close + 2];
  return stat.substr(open + 1, close - open - 1) +
         (state == 'Z' ? ", a zombie: nobody waited for it" : std::string{", alive in state "} + state);
}

std::map<int, std::string> children_now() {
  std::map<int, std::string> children;
  for (const int thread : numbers_in("/proc/self/task")) {  // each thread lists the children that it made
    std::ifstream list{fs::path{"/proc/self/task"} / std::to_string(thread) / "children"};
    for (int pid = 0; list >> pid;) children.emplace(pid, describe_process(pid));
  }
  // Those that the fork server has made for us are its children; those of other processes of this test cannot be told apart, and
  // must not be left behind either.
  if (const int zygote = multiprocessing::zygote::pid(); zygote != 0) {
    const std::string name = std::to_string(zygote);
    std::ifstream list{fs::path{"/proc"} / name / "task" / name / "children"};
    for (int pid = 0; list >> pid;) children.emplace(pid, describe_process(pid) + ", made by the fork server");
  }
  // A kernel may be built without that list. This finds at least that there is a child, and leaves it waitable.
  siginfo_t info{};
  if (children.empty() && ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
    children.emplace(info.si_pid, info.si_pid == 0 ? "alive, pid unknown" : describe_process(info.si_pid));
  }
  return children;
}

std::map<int, std::string> descriptors_now() {
  std::map<int, std::string> descriptors;
  for (const int fd : numbers_in("/proc/self/fd")) {
    std::error_code gone;  // as the one that the listing itself was read through
    const fs::path target = fs::read_symlink(fs::path{"/proc/self/fd"} / std::to_string(fd), gone);
    if (!gone) descriptors.emplace(fd, target.string());
  }
  return descriptors;
}

std::map<int, std::string> threads_now() {
  std::map<int, std::string> threads;
  for (const int id : numbers_in("/proc/self/task")) {
    threads.emplace(id, first_line(fs::path{"/proc/self/task"} / std::to_string(id) / "comm"));
  }
  return threads;
}

bool has_new_thread(const Holdings& now, const Holdings& before) {
  for (const auto& [id, name] : now.threads) {
    if (!before.threads.contains(id)) return true;
  }
  return false;
}

}  // namespace

Holdings Holdings::now() {
  const std::size_t shared_objects = shared::Arena::instance().objects();  // first: the first look makes the arena
  return {children_now(), descriptors_now(), threads_now(), sync::LocalFutex::parked(), shared_objects};
}

std::vector<std::string> Holdings::beyond(const Holdings& before) const {
  std::vector<std::string> leaks;
  for (const auto& [pid, what] : children) {
    if (!before.children.contains(pid)) leaks.push_back("child process " + std::to_string(pid) + " (" + what + ")");
  }
  for (const auto& [fd, target] : descriptors) {
    const auto old = before.descriptors.find(fd);
    if (old == before.descriptors.end() || old->second != target) {
      leaks.push_back("descriptor " + std::to_string(fd) + " -> " + target);
    }
  }
  for (const auto& [id, name] : threads) {
    if (!before.threads.contains(id)) leaks.push_back("thread " + std::to_string(id) + " \"" + name + "\"");
  }
  if (waiters > before.waiters) {
    leaks.push_back(std::to_string(waiters - before.waiters) + " parked waiter(s) in LocalFutex");
  }
  if (shared_objects > before.shared_objects) {
    leaks.push_back(std::to_string(shared_objects - before.shared_objects) + " object(s) in shared memory");
  }
  return leaks;
}

Holdings Holdings::settled(const Holdings& before) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  Holdings found = now();
  while ((has_new_thread(found, before) || found.shared_objects > before.shared_objects) &&
         std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    found = now();
  }
  return found;
}

}  // namespace tandem::test
