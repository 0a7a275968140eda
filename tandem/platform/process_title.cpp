#include "tandem/platform/process_title.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include <fcntl.h>
#include <unistd.h>

#include "tandem/platform/thread.hpp"

extern "C" char** environ;  // NOLINT: POSIX's name

namespace tandem::platform {
namespace {

constinit std::span<char> room;       // arguments and environment as the kernel laid them out, one behind the other
constinit std::size_t arguments = 0;  // how much of it are arguments

}  // namespace

void remember_arguments(int argc, char** argv) noexcept {
  if (argc < 1 || argv == nullptr || argv[0] == nullptr) return;
  char* end = argv[0];
  const auto extend = [&end](char* text) {
    if (text == end) end = text + std::strlen(text) + 1;
  };
  for (int i = 0; i < argc; ++i) extend(argv[i]);
  arguments = static_cast<std::size_t>(end - argv[0]);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) extend(*entry);
  room = {argv[0], static_cast<std::size_t>(end - argv[0])};
}

void set_process_name(std::string_view name) noexcept {
  if (native_thread_id() == ::getpid()) return set_thread_name(name);
  const int file = ::open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;  // without /proc nobody sees it
  [[maybe_unused]] const auto written = ::write(file, name.data(), std::min<std::size_t>(name.size(), 15));
  ::close(file);
}

void set_process_title(std::string_view title) noexcept {
  set_process_name(title);
  if (room.empty()) return;
  const std::size_t length = std::min(title.size(), room.size() - 1);
  std::memcpy(room.data(), title.data(), length);
  std::memset(room.data() + length, 0, room.size() - length);
  // As long as a NUL ends the arguments, the kernel shows all of them, the NULs behind the title included. Without, it takes the
  // whole for one string that runs on into the environment and ends at its first NUL, which is what we want.
  if (length < arguments) room[arguments - 1] = length + 1 < arguments ? '.' : room[arguments - 1];
}

}  // namespace tandem::platform
