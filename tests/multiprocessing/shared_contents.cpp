#include "tests/multiprocessing/shared_contents.hpp"

#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "tandem/platform/errors.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::test {
namespace {

constexpr std::size_t beginning = 17 * shared::Window::page;

ino_t file_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) platform::throw_errno("fstat");
  return status.st_ino;
}

/// The memfds of this process, each once.
std::vector<int> memfds() {
  std::vector<int> all;
  std::set<ino_t> files;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;  // the one by which the folder is read
    if (!std::filesystem::read_symlink(entry, gone).native().starts_with("/memfd:")) continue;
    const int fd = std::stoi(entry.path().filename().native());
    if (files.insert(file_of(fd)).second) all.push_back(fd);
  }
  return all;
}

}  // namespace

SharedContents::SharedContents() {
  const auto& arena = shared::Arena::instance();
  const int arena_fd = arena.file().get();
  for (std::uint32_t slot = 0; slot < arena.slots_used(); ++slot) {
    if (arena.life(slot).phase == shared::Life::Phase::free) continue;
    slots_.push_back(slot);
    add(arena_fd, (std::uint64_t{slot} + 1) << shared::Window::size_bits);
  }
  for (const int fd : memfds()) {
    if (file_of(fd) != file_of(arena_fd)) add(fd, 0);
  }
  read(seen_);
}

/// As far as there is data today; but one page, if there is none.
void SharedContents::add(int fd, std::uint64_t offset) {
  Region region{fd, offset, shared::Window::page};
  while (region.size < beginning) {
    const off_t data = ::lseek(fd, static_cast<off_t>(offset + region.size), SEEK_DATA);
    if (data < 0 && errno != ENXIO) platform::throw_errno("lseek", "SEEK_DATA");
    if (data < 0 || static_cast<std::uint64_t>(data) >= offset + beginning) break;
    region.size = static_cast<std::uint64_t>(data) - offset + shared::Window::page;
  }
  regions_.push_back(region);
}

bool SharedContents::have_changed() {
  read(now_);
  std::swap(now_, seen_);
  return now_ != seen_;
}

void SharedContents::read(std::vector<std::byte>& to) const {
  to.clear();
  for (const Region& region : regions_) {
    to.resize(to.size() + region.size);
    const ssize_t size = ::pread(region.fd, to.data() + to.size() - region.size, region.size, static_cast<off_t>(region.offset));
    if (size < 0) platform::throw_errno("pread");
  }
  const auto& arena = shared::Arena::instance();
  for (const std::uint32_t slot : slots_) {
    const auto* object = reinterpret_cast<const std::byte*>(&arena.slot(slot));
    to.insert(to.end(), object, object + sizeof(shared::Slot));
  }
}

HasChanged watch_shared_contents() {
  return [contents = std::make_shared<SharedContents>()] { return contents->have_changed(); };
}

}  // namespace tandem::test
