#include "tandem/platform/surroundings.hpp"

#include <cerrno>
#include <charconv>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/process.hpp"

extern "C" char** environ;  // NOLINT: POSIX's name

namespace tandem::platform {
namespace {

Fd open_path(const char* path, int flags) {
  Fd fd{::open(path, flags | O_CLOEXEC)};
  if (!fd) throw_errno("open", path);
  return fd;
}

/// umask(2) can only be read by changing it, and that would be seen by other threads. The kernel prints it as well.
unsigned current_umask() {
  const Fd status = open_path("/proc/thread-self/status", O_RDONLY);
  std::array<char, 512> text{};  // it stands in the second line
  const auto size = ::read(status.get(), text.data(), text.size());
  if (size < 0) throw_errno("read", "/proc/thread-self/status");
  const std::string_view lines{text.data(), static_cast<std::size_t>(size)};
  constexpr std::string_view label = "Umask:\t";
  const auto at = lines.find(label);
  unsigned mask = 0;
  if (at == std::string_view::npos ||
      std::from_chars(lines.data() + at + label.size(), lines.data() + lines.size(), mask, 8).ec != std::errc{}) {
    throw_error(EPROTO, "read", "the umask in /proc/thread-self/status");
  }
  return mask;
}

/// An environment and the pointers into it.
struct Environment {
  std::string block;
  std::vector<char*> entries;
};

/// Puts `block` in the place of the environment. Neither is ever freed: getenv() has given out pointers into the old one, and
/// will into the new one.
void replace_environment(std::string text) {
  static auto& all = *new std::deque<Environment>;  // where a leak checker finds them
  all.push_back({std::move(text), {}});
  auto& [kept, entries] = all.back();
  for (std::size_t at = 0; at < kept.size(); at = kept.find('\0', at) + 1) entries.push_back(kept.data() + at);
  entries.push_back(nullptr);
  environ = entries.data();
}

}  // namespace

Fd copy_of_standard(int fd) {
  if (::fcntl(fd, F_GETFD) == -1) return open_path("/dev/null", O_RDWR);
  return duplicate(fd);
}

Surroundings Surroundings::of_this_process() {
  Surroundings made{
      {copy_of_standard(0), copy_of_standard(1), copy_of_standard(2)}, open_path(".", O_PATH | O_DIRECTORY), current_umask(), {}};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    made.environment += *entry;
    made.environment += '\0';
  }
  return made;
}

void Surroundings::take_on() && {
  for (int target = 0; target < 3; ++target) copy_descriptor_to(standard[static_cast<std::size_t>(target)].get(), target);
  if (::fchdir(folder.get()) != 0) throw_errno("fchdir");
  ::umask(static_cast<mode_t>(umask));
  replace_environment(std::move(environment));
  *this = {};
}

}  // namespace tandem::platform
