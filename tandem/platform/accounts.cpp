#include "tandem/platform/accounts.hpp"

#include <cerrno>
#include <vector>

#include <grp.h>
#include <pwd.h>

#include "tandem/platform/errors.hpp"

namespace tandem::platform {
namespace {

/// Asks with more and more room until the entry fits. `look_up(entry, room, found)` is getpwnam_r or getgrnam_r.
template <class Entry, class LookUp>
bool find(Entry& entry, const char* call, const std::string& name, LookUp look_up) {
  for (std::vector<char> room(1024);; room.resize(room.size() * 4)) {
    Entry* found = nullptr;
    const int error = look_up(name.c_str(), &entry, room.data(), room.size(), &found);
    if (found != nullptr) return true;
    // How "there is none" is said depends on who was asked.
    if (error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM) return false;
    if (error != ERANGE && error != EINTR) throw_error(error, call, name);
  }
}

}  // namespace

std::optional<unsigned> user_id(const std::string& name) {
  passwd entry{};
  if (!find(entry, "getpwnam", name, ::getpwnam_r)) return std::nullopt;
  return entry.pw_uid;
}

std::optional<unsigned> group_id(const std::string& name) {
  group entry{};
  if (!find(entry, "getgrnam", name, ::getgrnam_r)) return std::nullopt;
  return entry.gr_gid;
}

}  // namespace tandem::platform
