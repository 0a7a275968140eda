#pragma once

#include <string>
#include <utility>

namespace tandem::subprocess {

/// A user by number or name.
class User {
 public:
  User(unsigned id) noexcept : id_{id} {}       // NOLINT: Python takes a number or a name
  User(int id);                                 // NOLINT
  User(std::string name) : id_{id_of(name)} {}  // NOLINT
  User(const char* name) : id_{id_of(name)} {}  // NOLINT

  unsigned id() const noexcept { return id_; }

 private:
  /// Throws std::invalid_argument if there is none of that name.
  static unsigned id_of(const std::string& name);
  unsigned id_;
};

/// A group likewise.
class Group {
 public:
  Group(unsigned id) noexcept : id_{id} {}       // NOLINT
  Group(int id);                                 // NOLINT
  Group(std::string name) : id_{id_of(name)} {}  // NOLINT
  Group(const char* name) : id_{id_of(name)} {}  // NOLINT

  unsigned id() const noexcept { return id_; }

 private:
  static unsigned id_of(const std::string& name);
  unsigned id_;
};

}  // namespace tandem::subprocess
