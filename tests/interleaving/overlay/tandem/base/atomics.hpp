#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "tests/interleaving/checker/hooks.hpp"

/// What the checked build has in the place of tandem/base/atomics.hpp: an atomic word each of whose operations is a place where the
/// scheduler may let somebody else run first, and reports a use after its end.
namespace tandem::base {

/// Operations happen one after the other, as if all were sequentially consistent: the memory orders are accepted and not looked at.
/// compare_exchange_weak() never fails for no reason.
template <class T>
class Atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t));
  using Order = std::memory_order;
  using Where = interleaving::Where;
  static constexpr Order any = std::memory_order_seq_cst;

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = true;

  constexpr Atomic() noexcept : value_{} {}
  constexpr Atomic(T value) noexcept : value_{value} {}  // NOLINT: converts like std::atomic
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(Order = any, Where where = Where::current()) const noexcept {
    object_.point(where);
    object_.was_read("load", where, bits(value_));
    return value_;
  }
  void store(T value, Order = any, Where where = Where::current()) noexcept { change("store", where, value); }
  T exchange(T value, Order = any, Where where = Where::current()) noexcept { return change("exchange", where, value); }

  bool compare_exchange_strong(T& expected, T desired, Order, Order, Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, where);
  }
  bool compare_exchange_strong(T& expected, T desired, Order = any, Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order, Order, Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order = any, Where where = Where::current()) noexcept {
    return compare_exchange(expected, desired, where);
  }

  T fetch_add(T by, Order = any, Where where = Where::current()) noexcept {
    return modify("fetch_add", where, [by](T value) { return static_cast<T>(value + by); });
  }
  T fetch_sub(T by, Order = any, Where where = Where::current()) noexcept {
    return modify("fetch_sub", where, [by](T value) { return static_cast<T>(value - by); });
  }
  T fetch_and(T mask, Order = any, Where where = Where::current()) noexcept {
    return modify("fetch_and", where, [mask](T value) { return static_cast<T>(value & mask); });
  }
  T fetch_or(T mask, Order = any, Where where = Where::current()) noexcept {
    return modify("fetch_or", where, [mask](T value) { return static_cast<T>(value | mask); });
  }
  T fetch_xor(T mask, Order = any, Where where = Where::current()) noexcept {
    return modify("fetch_xor", where, [mask](T value) { return static_cast<T>(value ^ mask); });
  }

  /// For the modelled kernel, which looks at the word in the course of an operation of its own.
  T peek() const noexcept { return value_; }
  const interleaving::Object& object() const noexcept { return object_; }

 private:
  static std::uint64_t bits(T value) noexcept {
    if constexpr (std::is_pointer_v<T>) {
      return reinterpret_cast<std::uintptr_t>(value);
    } else {
      return static_cast<std::uint64_t>(value);
    }
  }

  bool compare_exchange(T& expected, T desired, Where where) noexcept {
    object_.point(where);
    if (value_ != expected) {
      object_.was_read("compare_exchange fails", where, bits(value_));
      expected = value_;
      return false;
    }
    object_.was_written("compare_exchange", where, bits(value_), bits(desired));
    value_ = desired;
    return true;
  }
  T change(const char* operation, Where where, T value) noexcept {
    return modify(operation, where, [value](T) { return value; });
  }
  template <class F>
  T modify(const char* operation, Where where, F changed) noexcept {
    object_.point(where);
    const T before = value_;
    value_ = changed(before);
    object_.was_written(operation, where, bits(before), bits(value_));
    return before;
  }

  T value_;
  interleaving::Object object_;
};

inline constexpr bool atomics_are_bare = false;

/// Lets another thread run, if there is one that has something to do.
inline void cpu_pause(interleaving::Where where = interleaving::Where::current()) noexcept { interleaving::yield(where); }

inline constexpr std::size_t cache_line_size = 128;

}  // namespace tandem::base
