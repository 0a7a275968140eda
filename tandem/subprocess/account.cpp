#include "tandem/subprocess/account.hpp"

#include <stdexcept>

#include "tandem/platform/accounts.hpp"

namespace tandem::subprocess {
namespace {

unsigned checked(int id, const char* what) {
  if (id < 0) throw std::invalid_argument(std::string{what} + " id must not be negative");
  return static_cast<unsigned>(id);
}

[[noreturn]] void throw_unknown(const char* what, const std::string& name) {
  throw std::invalid_argument(std::string{"there is no "} + what + " \"" + name + "\" on this machine");
}

}  // namespace

User::User(int id) : id_{checked(id, "a user's")} {}
Group::Group(int id) : id_{checked(id, "a group's")} {}

unsigned User::id_of(const std::string& name) {
  const auto id = platform::user_id(name);
  if (!id) throw_unknown("user", name);
  return *id;
}

unsigned Group::id_of(const std::string& name) {
  const auto id = platform::group_id(name);
  if (!id) throw_unknown("group", name);
  return *id;
}

}  // namespace tandem::subprocess
