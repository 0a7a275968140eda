#pragma once

#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

#include "tandem/multiprocessing/shared_cells.hpp"

namespace tandem::multiprocessing {

/// A value that several processes have in common, with a lock. Python: multiprocessing.Value. A handle, see SharedHandle.
///
/// A change is there whole or not at all, though the process that makes it be killed: update() writes a second copy and then
/// switches to it. So the value is good also when the lock was taken over from a dead holder (get_lock().recovered()).
///
/// T is trivially copyable and no pointer: numbers, enums, structs and arrays of such.
/// Errors: std::system_error if memory is short. All operations wait for the lock, and throw KeyboardInterrupt while they do.
/// Memory order: that of the lock.
///
///     mp::Value<int> counter{0};
///     counter.update([](int& n) { ++n; });
template <SharedValue T>
class Value : public SharedCells {
 public:
  explicit Value(const T& initial = T{}) : SharedCells{shared::Kind::value, 2, 2 * sizeof(T)} { slot(0) = initial; }
  explicit Value(Blank blank) noexcept : SharedCells{blank} {}

  T value() const {
    RLock lock = get_lock();
    const std::scoped_lock hold{lock};
    return current();
  }
  void value(const T& next) {
    update([&next](T& it) { it = next; });
  }

  /// Calls `change` with the value, and makes it what that leaves there; gives what it returns. If it throws, nothing has changed.
  template <class Change>
  decltype(auto) update(Change&& change) {
    RLock lock = get_lock();
    const std::scoped_lock hold{lock};
    T next = current();
    if constexpr (std::is_void_v<std::invoke_result_t<Change, T&>>) {
      std::forward<Change>(change)(next);
      commit(next);
    } else {
      auto result = std::forward<Change>(change)(next);
      commit(next);
      return result;
    }
  }

  void load(remote::InputArchive& in) { load_cells(in, shared::Kind::value, sizeof(T)); }

 private:
  T& slot(std::uint32_t number) const { return reinterpret_cast<T*>(data())[number % 2]; }
  const T& current() const { return slot(state().commits.load(std::memory_order_acquire)); }
  void commit(const T& next) {
    const std::uint32_t now = state().commits.load(std::memory_order_relaxed);
    slot(now + 1) = next;
    state().commits.store(now + 1, std::memory_order_release);
  }
};

/// A value in shared memory without a lock; who uses it sees to that himself. Python: multiprocessing.RawValue.
///
///     mp::RawValue<std::atomic<int>> hits;   // lock-free atomics are good here
template <class T>
  requires std::is_trivially_destructible_v<T>
class RawValue : public SharedCells {
 public:
  /// Made in place of these arguments.
  template <class... Args>
    requires std::is_constructible_v<T, Args...>
  explicit RawValue(Args&&... args) : SharedCells{shared::Kind::value, 1, sizeof(T)} {
    new (data()) T(std::forward<Args>(args)...);
  }
  explicit RawValue(Blank blank) noexcept : SharedCells{blank} {}

  T& operator*() const { return *reinterpret_cast<T*>(data()); }
  T* operator->() const { return &**this; }

  void load(remote::InputArchive& in) { load_cells(in, shared::Kind::value, sizeof(T)); }

 private:
  using SharedCells::get_lock;
};

}  // namespace tandem::multiprocessing
