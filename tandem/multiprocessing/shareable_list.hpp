#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tandem/multiprocessing/shared_memory.hpp"

namespace tandem::multiprocessing {

/// A list of mixed values in shared memory, of a length that does not change. Python: shared_memory.ShareableList. A handle, see
/// SharedHandle; by its name it is found as SharedMemory is.
///
/// An element is nothing (None), a bool, an integer, a number or a text. It may become any other that needs no more room than the
/// one that it had at first; texts of at least 8 bytes have exactly their room, all others 8 bytes. There is no lock: who changes
/// elements that others read sees to that himself, as in Python.
///
/// Errors: std::out_of_range for an index that is too large, std::length_error for a text that has grown, and what SharedMemory
/// throws.
///
///     mp::ShareableList row{{"apples", 3, 0.5, true}};
///     row.set(1, 4);
///     row.get<std::string>(0);
class ShareableList {
 public:
  using Blank = remote::Blank;
  using Element = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

  /// What an element is made from: int and const char* among it.
  class Item {
   public:
    Item() = default;
    Item(std::nullopt_t /*none*/) {}                         // NOLINT: reads as the element
    Item(bool value) : element_{value} {}                    // NOLINT
    Item(int value) : element_{std::int64_t{value}} {}       // NOLINT
    Item(std::int64_t value) : element_{value} {}            // NOLINT
    Item(double value) : element_{value} {}                  // NOLINT
    Item(const char* text) : element_{std::string{text}} {}  // NOLINT
    Item(std::string text) : element_{std::move(text)} {}    // NOLINT
    const Element& element() const noexcept { return element_; }

   private:
    Element element_;
  };

  explicit ShareableList(const std::vector<Item>& items);
  ShareableList(std::string_view name, const std::vector<Item>& items);
  explicit ShareableList(Blank blank) noexcept : memory_{blank} {}
  /// The one of that name. Throws std::system_error (ENOENT), std::invalid_argument if that is no list.
  static ShareableList attach(std::string_view name);

  std::size_t size() const;
  Element get(std::size_t index) const;
  /// Throws std::bad_variant_access if it is of another type.
  template <class T>
  T get(std::size_t index) const {
    return std::get<T>(get(index));
  }
  void set(std::size_t index, const Item& item);
  std::vector<Element> copy() const;
  /// How many elements are equal to it. Python: count().
  std::size_t count(const Item& item) const;
  /// Where the first such one is. Throws std::invalid_argument if there is none. Python: index() (ValueError).
  std::size_t index(const Item& item) const;

  /// The memory that it lies in, with its name and unlink(). Python: shm.
  SharedMemory& shm() noexcept { return memory_; }
  const SharedMemory& shm() const noexcept { return memory_; }

  void save(remote::OutputArchive& out) const { memory_.save(out); }
  void load(remote::InputArchive& in);

 private:
  struct Header;
  struct Place;

  explicit ShareableList(SharedMemory memory);
  static std::size_t bytes_for(const std::vector<Item>& items);
  void fill(const std::vector<Item>& items);
  void check() const;
  Place& place(std::size_t index) const;

  SharedMemory memory_;
};

}  // namespace tandem::multiprocessing
