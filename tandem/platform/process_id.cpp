#include "tandem/platform/process_id.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::platform {
namespace {

/// The 22nd field of /proc/PID/stat. The second one is the name in parentheses, which may itself contain spaces and parentheses.
std::optional<std::uint32_t> birth_in(std::string_view stat) noexcept {
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end);
  for (int field = 2; field < 22; ++field) {
    const std::size_t space = stat.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    stat.remove_prefix(space + 1);
  }
  std::uint64_t ticks = 0;
  if (std::from_chars(stat.data(), stat.data() + stat.size(), ticks).ec != std::errc{}) return std::nullopt;
  return static_cast<std::uint32_t>(ticks);
}

/// Nothing if /proc does not show it.
std::optional<std::uint32_t> birth_of(std::uint32_t pid) noexcept {
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/%u/stat", pid);
  const Fd file{::open(path.data(), O_RDONLY | O_CLOEXEC)};
  if (!file) return std::nullopt;
  std::array<char, 1024> text;  // 52 numbers and a name of at most 64 bytes
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return birth_in({text.data(), static_cast<std::size_t>(size)});
}

bool can_be_read(const Fd& pidfd) noexcept {
  pollfd look{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  return ::poll(&look, 1, 0) == 1;
}

// pid and birth of this process in one word; 0 until somebody asks, and again in a forked child.
constinit base::Atomic<std::uint64_t> own{0};
static_assert(base::Atomic<std::uint64_t>::is_always_lock_free, "read by who handles a lock in shared memory");

ProcessId unpacked(std::uint64_t word) noexcept {
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

std::uint64_t ask() noexcept {
  [[maybe_unused]] static const int renewed_in_children =
      ::pthread_atfork(nullptr, nullptr, [] { own.store(0, std::memory_order_relaxed); });
  const auto pid = static_cast<std::uint32_t>(::getpid());
  // If /proc is not there the birth is 0, here and where somebody else looks us up: then pids alone tell processes apart.
  const std::uint64_t word = pid | std::uint64_t{birth_of(pid).value_or(0)} << 32;
  own.store(word, std::memory_order_relaxed);
  return word;
}

}  // namespace

ProcessId this_process() noexcept {
  const std::uint64_t word = own.load(std::memory_order_relaxed);
  return unpacked(word != 0 ? word : ask());
}

bool has_ended(ProcessId process) noexcept {
  if (process == this_process()) return false;
  const Fd pidfd{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0))};
  // Not ESRCH if the number is now that of a thread, which no process can be.
  if (!pidfd) return errno == ESRCH || errno == EINVAL || errno == ENOENT;
  if (can_be_read(pidfd)) return true;
  // Some process with this pid runs. Is it the one that is meant? Only where both births are known can they tell the two apart.
  const auto birth = birth_of(process.pid);
  if (birth && process.birth != 0) return *birth != process.birth;
  return can_be_read(pidfd);  // /proc does not show it: it has ended just now, or is hidden from us
}

}  // namespace tandem::platform
