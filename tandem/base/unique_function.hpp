#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace tandem::base {

template <class Signature>
class UniqueFunction;

/// An owning callable that need not be copyable: std::move_only_function of C++23, which g++ 12 does not have in C++20. Callables
/// of up to four words that move without throwing are stored in place, others on the heap. Calling an empty one is undefined.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() noexcept = default;

  template <class F>
    requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> && std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
  UniqueFunction(F&& fn) : table_{&table_for<std::decay_t<F>>} {  // NOLINT: converts like std::function
    using Callable = std::decay_t<F>;
    if constexpr (in_place<Callable>) {
      ::new (static_cast<void*>(buffer_)) Callable(std::forward<F>(fn));
    } else {
      ::new (static_cast<void*>(buffer_)) Callable*(new Callable(std::forward<F>(fn)));
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept : table_{std::exchange(other.table_, nullptr)} {
    if (table_ != nullptr) table_->relocate(other.buffer_, buffer_);
  }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      table_ = std::exchange(other.table_, nullptr);
      if (table_ != nullptr) table_->relocate(other.buffer_, buffer_);
    }
    return *this;
  }
  ~UniqueFunction() { reset(); }

  void reset() noexcept {
    if (const Table* table = std::exchange(table_, nullptr)) table->destroy(buffer_);
  }

  explicit operator bool() const noexcept { return table_ != nullptr; }

  R operator()(Args... args) { return table_->call(buffer_, std::forward<Args>(args)...); }

 private:
  struct Table {
    R (*call)(void* storage, Args&&... args);
    void (*relocate)(void* from, void* to) noexcept;  // moves, and ends what was moved from
    void (*destroy)(void* storage) noexcept;
  };

  static constexpr std::size_t capacity = 4 * sizeof(void*);

  template <class F>
  static constexpr bool in_place =
      sizeof(F) <= capacity && alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;

  template <class F>
  static F& stored(void* storage) noexcept {
    if constexpr (in_place<F>) {
      return *std::launder(static_cast<F*>(storage));
    } else {
      return **std::launder(static_cast<F**>(storage));
    }
  }

  template <class F>
  static constexpr Table table_for{
      [](void* storage, Args&&... args) -> R { return static_cast<R>(stored<F>(storage)(std::forward<Args>(args)...)); },
      [](void* from, void* to) noexcept {
        if constexpr (in_place<F>) {
          ::new (to) F(std::move(stored<F>(from)));
          stored<F>(from).~F();
        } else {
          ::new (to) F*(&stored<F>(from));
        }
      },
      [](void* storage) noexcept {
        if constexpr (in_place<F>) {
          stored<F>(storage).~F();
        } else {
          delete &stored<F>(storage);
        }
      }};

  const Table* table_ = nullptr;
  alignas(std::max_align_t) std::byte buffer_[capacity];
};

}  // namespace tandem::base
