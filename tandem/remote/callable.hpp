#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "tandem/remote/archive.hpp"
#include "tandem/remote/code.hpp"

namespace tandem::remote::detail {

/// Functions and member functions go by name: as code, and not by their value, which is an address.
template <class T>
inline constexpr bool is_code =
    (std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>) || std::is_member_function_pointer_v<T>;

/// Tells kinds of functions apart in a message; the same in all processes.
std::uint64_t hash_of_name(std::string_view name) noexcept;
template <class T>
std::uint64_t kind_of() {
  static const std::uint64_t kind = hash_of_name(typeid(T).name());
  return kind;
}

/// A member function pointer as the Itanium C++ ABI has it: an address, or one more than an offset in the vtable; and what to add
/// to `this`. The offsets are the same in all processes.
struct MemberFunction {
  std::uintptr_t target = 0;
  std::ptrdiff_t adjustment = 0;

  bool is_virtual() const noexcept { return (target & 1) != 0; }
};
template <class T>
MemberFunction taken_apart(T member) noexcept {
  static_assert(sizeof(MemberFunction) == sizeof member);
  return std::bit_cast<MemberFunction>(member);
}

/// Where the code stands that `value` consists of; nullptr if it is none, or is looked up in a vtable.
template <class T>
const void* address_in(const T& value) noexcept {
  if constexpr (std::is_member_function_pointer_v<T>) {
    const MemberFunction member = taken_apart(value);
    return member.is_virtual() ? nullptr : reinterpret_cast<const void*>(member.target);
  } else if constexpr (is_code<T>) {
    return reinterpret_cast<const void*>(value);
  } else {
    return nullptr;
  }
}

void save_member(OutputArchive& out, MemberFunction member, std::uint64_t kind);
MemberFunction load_member(InputArchive& in, std::uint64_t kind);

/// An argument or a result: as the archive knows it, or as code. `T` is without const and reference.
template <class T>
void save_value(OutputArchive& out, const T& value) {
  if constexpr (std::is_member_function_pointer_v<T>) {
    save_member(out, taken_apart(value), kind_of<T>());
  } else if constexpr (is_code<T>) {
    save_code(out, code_of(address_in(value)), kind_of<T>());
  } else {
    out(value);
  }
}
template <class T>
void load_value(InputArchive& in, T& value) {
  if constexpr (std::is_member_function_pointer_v<T>) {
    value = std::bit_cast<T>(load_member(in, kind_of<T>()));
  } else if constexpr (is_code<T>) {
    value = reinterpret_cast<T>(const_cast<void*>(address_of(load_code(in, kind_of<T>()))));
  } else {
    in(value);
  }
}

/// What keeps a function object from being called elsewhere.
template <class F>
inline constexpr bool is_std_function = is_made_from<std::function, F>;
/// An empty object that can be made anew needs no bytes: a lambda without captures, std::plus<>.
template <class F>
inline constexpr bool is_stateless = std::is_empty_v<F> && std::is_default_constructible_v<F>;

template <class F>
inline constexpr bool is_portable =
    is_code<F> || is_stateless<F> || (!std::is_empty_v<F> && value_obstacle<F> == Obstacle::none && !std::is_member_pointer_v<F>);

/// One readable sentence for a function that cannot be sent. As RefuseValue.
template <class F>
struct RefuseCallable {
  static_assert(
      !is_std_function<F>,
      "tandem: a std::function cannot be sent to another process: nobody knows what is in it. Pass the function itself, or "
      "a lambda without captures");
  static_assert(!std::is_member_object_pointer_v<F>,
                "tandem: a pointer to a data member cannot be called in another process. Pass a lambda that takes the object: "
                "submit([](const Page& page) { return page.size; }, page)");
  static constexpr bool refused_otherwise = !is_portable<F> && !is_std_function<F> && !std::is_member_object_pointer_v<F>;
  static_assert(!refused_otherwise,
                "tandem: this function object cannot be sent to another process: a lambda with captures has no portable form. Pass "
                "what it captures as arguments instead - submit([](int n) { ... }, n) - or give the function object a serialize() "
                "member and a default constructor.");
};

/// What an argument is on the other side: its value. Text that somebody else owns becomes a string of one's own.
template <class A>
struct StoredAs {
  using type = std::decay_t<A>;
};
template <class A>
  requires std::is_same_v<std::decay_t<A>, const char*> || std::is_same_v<std::decay_t<A>, char*>
struct StoredAs<A> {
  using type = std::string;
};
template <class A>
using Stored = typename StoredAs<A>::type;

/// void for a call that cannot be made; RefuseArguments is who says so.
template <class F, class... Args>
struct ResultOf {
  using type = void;
};
template <class F, class... Args>
  requires std::is_invocable_v<F, Args...>
struct ResultOf<F, Args...> {
  using type = std::remove_cvref_t<std::invoke_result_t<F, Args...>>;
};

template <class F, class... Args>
struct RefuseArguments {
  static_assert(std::is_invocable_v<F, Args...>,
                "tandem: the function cannot be called with these arguments. In the other process it gets each of them as a value "
                "of its own, as if by std::move: const char* as std::string, and nothing for a parameter that is a non-const "
                "reference");
};

/// As an argument or a result; the latter may be void.
template <class T>
inline constexpr bool can_travel = is_code<T> || value_obstacle<T> == Obstacle::none;
template <>
inline constexpr bool can_travel<void> = true;

template <class F, class... Args>
inline constexpr bool parts_can_travel = (is_portable<F> && ... && can_travel<Args>);

/// Whether the call can be made elsewhere. `F` and `Args` are what is stored.
template <class F, class... Args>
consteval bool is_possible() {
  if constexpr (!parts_can_travel<F, Args...> || !std::is_invocable_v<F, Args...>) {
    return false;
  } else {
    return can_travel<typename ResultOf<F, Args...>::type>;
  }
}

/// Fails to compile, with the reason, for a call that is not possible.
template <class F, class... Args>
void refuse() {
  if constexpr (!is_portable<F>) (void)sizeof(RefuseCallable<F>);
  const auto refuse_value = []<class T>(std::type_identity<T>) {
    if constexpr (!can_travel<T>) (void)sizeof(RefuseValue<T>);
  };
  (refuse_value(std::type_identity<Args>{}), ...);
  if constexpr (parts_can_travel<F, Args...>) {
    (void)sizeof(RefuseArguments<F, Args...>);
    refuse_value(std::type_identity<typename ResultOf<F, Args...>::type>{});
  }
}

}  // namespace tandem::remote::detail
