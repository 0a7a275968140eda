#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::http {

/// The fields of a message's head, in order. Names are looked up without regard to case. All text lies in one string, so that a
/// head costs two allocations, and none when the object is used again.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  /// Adds a field behind the others, also if there is one of this name. Throws std::invalid_argument if a line break hides in it,
  /// by which a value that came from a client could add fields of its own.
  void add(std::string_view name, std::string_view value);
  /// The first value of that name. It is valid until the headers are changed.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept { return find(name).has_value(); }

  std::size_t size() const noexcept { return entries_.size(); }
  Field operator[](std::size_t index) const noexcept;
  void clear() noexcept;

 private:
  struct Entry {  // where in text_ the name begins; the value follows it
    std::uint32_t begin;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };

  std::string text_;
  std::vector<Entry> entries_;
};

}  // namespace tandem::http
