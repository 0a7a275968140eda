#include "tests/multiprocessing/change_points.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include "tandem/platform/errors.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::test {
namespace {

[[noreturn]] void run_child(const std::function<void()>& prepare, const std::function<void()>& operation) {
  try {
    prepare();
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) platform::exit_now(2);
    ::raise(SIGSTOP);
    operation();
  } catch (const std::exception&) {
    platform::exit_now(1);  // the parent says so
  }
  platform::exit_now(0);
}

/// False if the child has ended as it should.
bool await_stop(int pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) platform::throw_errno("waitpid");
  }
  if (WIFSTOPPED(status)) return true;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return false;
  throw std::runtime_error("the child whose changes were to be seen ended with wait status " + std::to_string(status));
}

std::size_t hash_of(const void* data, std::size_t size) {
  return std::hash<std::string_view>{}({static_cast<const char*>(data), size});
}

}  // namespace

std::vector<int> change_points(const std::function<void()>& prepare, const std::function<void()>& operation,
                               const std::function<std::uint64_t()>& stands_there) {
  const int pid = platform::fork_process();
  if (pid == 0) run_child(prepare, operation);
  if (!await_stop(pid)) throw std::runtime_error("the child whose changes were to be seen ended before its operation");
  std::set<int> points{1};
  std::uint64_t before = stands_there();
  int steps = 0;
  for (;;) {
    if (::ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr) != 0) platform::throw_errno("ptrace", "PTRACE_SINGLESTEP");
    ++steps;
    if (!await_stop(pid)) break;
    const std::uint64_t now = stands_there();
    if (now == before) continue;
    before = now;
    points.insert({std::max(steps - 1, 1), steps});
  }
  points.insert(steps - 1);
  return {points.begin(), points.end()};
}

std::uint64_t arena_contents() {
  const auto& arena = shared::Arena::instance();
  static std::map<std::uint32_t, platform::Mapping> pages;
  std::uint64_t sum = 0;
  for (std::uint32_t slot = 0; slot < arena.slots_used(); ++slot) {
    const auto [entry, is_new] = pages.try_emplace(slot);
    if (is_new) entry->second = arena.window(slot).map(0, 4096);
    sum = sum * 31 + hash_of(arena.slot(slot).state.data(), shared::Object::state_size);
    sum = sum * 31 + hash_of(entry->second.data(), 4096);
  }
  return sum;
}

}  // namespace tandem::test
