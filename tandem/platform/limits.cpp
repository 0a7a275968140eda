#include "tandem/platform/limits.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>

#include <sys/resource.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

/// What RLIMIT_DATA is compared with, and the stack, which the kernel counts in the same number of /proc/self/statm: so the limit
/// comes out larger by a few pages than it need be.
std::size_t private_memory() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen("/proc/self/statm", "re"), &std::fclose};
  if (!file) throw_errno("open", "/proc/self/statm");
  unsigned long pages = 0;
  if (std::fscanf(file.get(), "%*u %*u %*u %*u %*u %lu", &pages) != 1) throw_errno("read", "/proc/self/statm");
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

rlimit private_memory_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) throw_errno("getrlimit", "RLIMIT_DATA");
  return limit;
}

void limit_private_memory(rlim_t bytes) {
  rlimit limit = private_memory_limit();
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) throw_errno("setrlimit", "RLIMIT_DATA");
}

}  // namespace

MemoryLimit::MemoryLimit(std::size_t more) : before_{private_memory_limit().rlim_cur} {
  const std::size_t now = private_memory();
  const std::size_t room = std::numeric_limits<std::size_t>::max() - now;
  limit_private_memory(std::min<rlim_t>(before_, now + std::min(more, room)));
}

MemoryLimit::~MemoryLimit() { limit_private_memory(before_); }

std::size_t raise_open_files_limit(std::size_t wanted) noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) return 0;
  if (limit.rlim_cur < wanted) {
    const rlimit raised{std::min<rlim_t>(wanted, limit.rlim_max), limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur;
}

}  // namespace tandem::platform
