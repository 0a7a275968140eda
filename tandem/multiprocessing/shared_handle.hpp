#pragma once

#include <array>
#include <memory>
#include <span>
#include <utility>

#include "tandem/remote/serializable.hpp"
#include "tandem/shared/object.hpp"

namespace tandem::remote {
class InputArchive;
class OutputArchive;
}  // namespace tandem::remote

namespace tandem::multiprocessing {

/// What all objects in shared memory have in common: they are handles. A copy means the same object, whether it is made by `=` or
/// arrives in another process as an argument, a result or an item of a queue; the object lives as long as there is a handle to it
/// anywhere. A process that dies leaves nothing behind.
///
/// A moved-from handle has no object; using it throws std::logic_error, as does using one that was made from a Blank and not
/// loaded.
class SharedHandle {
 public:
  using Blank = remote::Blank;

  /// Whether both mean the same object.
  friend bool operator==(const SharedHandle& a, const SharedHandle& b) noexcept { return a.object_ == b.object_; }

 protected:
  explicit SharedHandle(shared::Kind kind) : object_{shared::Object::make(kind)} {}
  explicit SharedHandle(std::shared_ptr<shared::Object> object) noexcept : object_{std::move(object)} {}
  explicit SharedHandle(Blank /*none*/) noexcept {}
  ~SharedHandle() = default;
  SharedHandle(const SharedHandle&) = default;
  SharedHandle& operator=(const SharedHandle&) = default;
  SharedHandle(SharedHandle&&) noexcept = default;
  SharedHandle& operator=(SharedHandle&&) noexcept = default;

  shared::Object& object() const {
    if (object_ == nullptr) refuse();
    return *object_;
  }
  const std::shared_ptr<shared::Object>& pointer() const noexcept { return object_; }

  /// For the save() and load() of the derived classes.
  void save_object(remote::OutputArchive& out) const;
  void load_object(remote::InputArchive& in, shared::Kind kind) { load_object(in, std::array{kind}); }
  void load_object(remote::InputArchive& in, std::span<const shared::Kind> one_of);

 private:
  [[noreturn]] static void refuse();

  std::shared_ptr<shared::Object> object_;
};

}  // namespace tandem::multiprocessing
