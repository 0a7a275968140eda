#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "tandem/multiprocessing/rlock.hpp"
#include "tandem/multiprocessing/shared_handle.hpp"

namespace tandem::multiprocessing {

/// What may lie in shared memory as it is: a copy of its bytes is a copy of it, and it owns nothing that is elsewhere.
template <class T>
concept SharedValue = std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T> && !std::is_pointer_v<T>;

/// The memory of a Value or an Array, with a lock.
class SharedCells : public SharedHandle {
 public:
  /// The lock that all its operations take, so that several of them can be made one: std::scoped_lock hold{value.get_lock()}.
  RLock get_lock() const { return RLock{pointer()}; }

  void save(remote::OutputArchive& out) const { save_object(out); }

 protected:
  /// So many bytes of zeros. Throws std::invalid_argument for more than 128 GiB, std::system_error if there is not so much memory.
  SharedCells(shared::Kind kind, std::uint64_t count, std::size_t bytes);
  explicit SharedCells(Blank blank) noexcept : SharedHandle{blank} {}
  ~SharedCells() = default;
  SharedCells(const SharedCells&) = default;
  SharedCells& operator=(const SharedCells&) = default;
  SharedCells(SharedCells&&) noexcept = default;
  SharedCells& operator=(SharedCells&&) noexcept = default;

  /// In the slot.
  struct State {
    RLockState lock;
    std::uint64_t bytes;  // these two written once, before anybody else has a handle
    std::uint64_t count;  // of elements
    // Which of two slots holds the value, of a Value: the one of this number modulo 2. Written by the holder of the lock when the
    // other slot is whole; that is what commits the change.
    base::Atomic<std::uint32_t> commits;
    alignas(16) std::array<std::byte, 64> small;  // where the bytes stand if there are few; else in the window
  };
  static_assert(sizeof(State) <= shared::Object::state_size && base::Atomic<std::uint32_t>::is_always_lock_free);

  State& state() const { return object().state<State>(); }
  std::byte* data() const {
    object();
    return data_;
  }
  /// `count` must fit the element's size: std::runtime_error.
  void load_cells(remote::InputArchive& in, shared::Kind kind, std::size_t element_size);

 private:
  void find_data();

  std::byte* data_ = nullptr;  // in this process; there as long as the object is
};

}  // namespace tandem::multiprocessing
