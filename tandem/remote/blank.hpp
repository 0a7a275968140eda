#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tandem::remote {

/// For classes whose default constructor makes something costly, such as a lock in shared memory: one that says
/// `using Blank = remote::Blank` is made from a Blank when it is to be loaded into.
///
/// It is passed through pair, tuple, array, optional, variant, vector, deque, list and the maps, however deep. A class of one's own
/// makes its members by its default constructor, before its serialize() loads into them: with a Lock among them a lock is made and
/// thrown away each time. It hands the Blank on if it cares:
///
///     struct Account {
///       using Blank = tandem::remote::Blank;
///       Account() = default;
///       explicit Account(Blank blank) : gate{blank} {}
///       mp::Lock gate;
///       int balance = 0;
///       ...serialize()
struct Blank {};

namespace detail {

// Asked by name: what takes anything at all would take a Blank, too.
template <class T>
inline constexpr bool takes_blank = false;
template <class T>
  requires std::is_same_v<typename T::Blank, Blank>
inline constexpr bool takes_blank<T> = true;

/// Of a T there is an empty one to load into that costs less than its default constructor would.
template <class T>
inline constexpr bool has_blank = takes_blank<T>;
template <class A, class B>
inline constexpr bool has_blank<std::pair<A, B>> = has_blank<A> || has_blank<B>;
template <class... Ts>
inline constexpr bool has_blank<std::tuple<Ts...>> = (has_blank<Ts> || ...);
template <class T, std::size_t n>
inline constexpr bool has_blank<std::array<T, n>> = n > 0 && has_blank<T>;
template <class First, class... Others>
inline constexpr bool has_blank<std::variant<First, Others...>> = has_blank<First>;

template <class T>
struct BlankParts {
  static T make() { return T(Blank{}); }
};

/// What a value is loaded into.
template <class T>
T blank() {
  if constexpr (has_blank<T>) {
    return BlankParts<T>::make();
  } else {
    return T();
  }
}

template <class A, class B>
struct BlankParts<std::pair<A, B>> {
  static std::pair<A, B> make() { return {blank<A>(), blank<B>()}; }
};
template <class... Ts>
struct BlankParts<std::tuple<Ts...>> {
  static std::tuple<Ts...> make() { return std::tuple<Ts...>{blank<Ts>()...}; }
};
template <class T, std::size_t n>
struct BlankParts<std::array<T, n>> {
  template <std::size_t... each>
  static std::array<T, n> make(std::index_sequence<each...> /*all*/) {
    return {{(static_cast<void>(each), blank<T>())...}};
  }
  static std::array<T, n> make() { return make(std::make_index_sequence<n>{}); }
};
template <class First, class... Others>
struct BlankParts<std::variant<First, Others...>> {
  static std::variant<First, Others...> make() { return std::variant<First, Others...>{std::in_place_index<0>, blank<First>()}; }
};

}  // namespace detail

}  // namespace tandem::remote
