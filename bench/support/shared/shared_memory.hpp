#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace tandem::bench {

/// Zeroed memory that this process shares with those that are forked after it was made, at the same address in all of them; also
/// with those that a fork server makes, if that was forked later. It is unmapped with the last copy; what lies in it is not
/// destroyed, as nobody knows who was the last. Throws std::system_error.
std::shared_ptr<std::byte> shared_memory(std::size_t size);

/// An object in such memory; a handle.
template <class T>
class Shared {
 public:
  static_assert(std::is_trivially_destructible_v<T>);

  template <class... Args>
  explicit Shared(std::in_place_t /*here*/, Args&&... args) : memory_{shared_memory(sizeof(T))} {
    object_ = new (memory_.get()) T(std::forward<Args>(args)...);
  }

  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }

 private:
  std::shared_ptr<std::byte> memory_;
  T* object_;
};

}  // namespace tandem::bench
