#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <cereal/cereal.hpp>

#include "tandem/remote/blank.hpp"

namespace tandem::remote {

class OutputArchive;
class InputArchive;

namespace detail {

/// What keeps a type from being sent to another process.
enum class Obstacle {
  none,
  pointer,     // an address means nothing there
  view,        // so does a view of what somebody else owns
  opaque,      // nobody has said what it consists of
  no_default,  // there is nothing to load it into
};

template <class... Ts>
struct Types {};

template <template <class...> class Template, class T>
inline constexpr bool is_made_from = false;
template <template <class...> class Template, class... Ts>
inline constexpr bool is_made_from<Template, Template<Ts...>> = true;

template <class T>
inline constexpr bool is_view = is_made_from<std::basic_string_view, T> || is_made_from<std::initializer_list, T>;
template <class T, std::size_t N>
inline constexpr bool is_view<std::span<T, N>> = true;

/// Whether the class itself says, by a member, how it is serialized; then what it contains is its own affair.
template <class T>
inline constexpr bool speaks_for_itself =
    cereal::traits::has_member_serialize<T, OutputArchive>::value || cereal::traits::has_member_save<T, OutputArchive>::value ||
    cereal::traits::has_member_save_minimal<T, OutputArchive>::value;

/// What a standard class contains, and has to be looked at too: cereal's traits call a vector of anything serializable.
template <class T>
struct Parts {
  using type = Types<>;
};
template <class T>
  requires requires { typename T::value_type; } && (!std::is_same_v<typename T::value_type, T>) && (!speaks_for_itself<T>)
struct Parts<T> {
  using type = Types<typename T::value_type>;
};
template <class A, class B>
struct Parts<std::pair<A, B>> {
  using type = Types<A, B>;
};
template <class... Ts>
struct Parts<std::tuple<Ts...>> {
  using type = Types<Ts...>;
};
template <class... Ts>
struct Parts<std::variant<Ts...>> {
  using type = Types<Ts...>;
};
template <class T, std::size_t N>
struct Parts<T[N]> {
  using type = Types<T>;
};

/// What the archive `A` of cereal's cannot take by itself. An empty class takes no bytes.
template <class T, class A>
inline constexpr bool known_to = std::is_empty_v<T>;
template <class T>
  requires(!std::is_empty_v<T>)
inline constexpr bool known_to<T, OutputArchive> = cereal::traits::is_output_serializable<T, OutputArchive>::value;
template <class T>
  requires(!std::is_empty_v<T>)
inline constexpr bool known_to<T, InputArchive> = cereal::traits::is_input_serializable<T, InputArchive>::value;

template <class T, class... Archives>
consteval Obstacle obstacle();

template <class... Archives, class... Ts>
consteval Obstacle first_obstacle(Types<Ts...> /*parts*/) {
  Obstacle first = Obstacle::none;
  [[maybe_unused]] const auto look = [&first]<class T>(std::type_identity<T>) {
    if (first == Obstacle::none) first = obstacle<T, Archives...>();
    if (first == Obstacle::none && !std::is_default_constructible_v<T>) first = Obstacle::no_default;
  };
  (look(std::type_identity<std::remove_cv_t<Ts>>{}), ...);
  return first;
}

template <class T, class... Archives>
consteval Obstacle obstacle() {
  if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || is_made_from<std::reference_wrapper, T>) {
    return Obstacle::pointer;
  } else if constexpr (is_view<T>) {
    return Obstacle::view;
  } else if constexpr (is_made_from<std::unique_ptr, T> || is_made_from<std::shared_ptr, T> || is_made_from<std::weak_ptr, T>) {
    // Default-constructible or not: cereal knows other ways to make what they point to.
    constexpr Obstacle of_pointee = obstacle<std::remove_cv_t<typename T::element_type>, Archives...>();
    return of_pointee != Obstacle::none ? of_pointee : (known_to<T, Archives> && ...) ? Obstacle::none : Obstacle::opaque;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return Obstacle::none;
  } else {
    constexpr Obstacle of_parts = first_obstacle<Archives...>(typename Parts<T>::type{});
    return of_parts != Obstacle::none ? of_parts : (known_to<T, Archives> && ...) ? Obstacle::none : Obstacle::opaque;
  }
}

/// What a call may have as an argument or a result, apart from functions.
template <class T>
inline constexpr Obstacle value_obstacle = first_obstacle<OutputArchive, InputArchive>(Types<T>{});
template <class T>
  requires takes_blank<T>
inline constexpr Obstacle value_obstacle<T> = obstacle<T, OutputArchive, InputArchive>();

/// One readable sentence for a type that cannot be sent; to be instantiated, by sizeof, for one that can or cannot. A class, so
/// that it is said once however often it is asked; and the verdict is not in here, as clang takes no constant from what failed to
/// compile.
template <class T>
struct RefuseValue {
  template <Obstacle obstacle>
  static constexpr bool is_not = value_obstacle<T> != obstacle;
  static_assert(
      is_not<Obstacle::pointer>,
      "tandem: an argument (or the result) of this call is or contains a raw pointer or a reference_wrapper: what it points "
      "to is not in the other process. Pass the value itself, a std::unique_ptr or a std::shared_ptr");
  static_assert(
      is_not<Obstacle::view>,
      "tandem: an argument (or the result) of this call is or contains a view (string_view, span, initializer_list): what it "
      "looks at is not in the other process. Pass a std::string or a std::vector");
  static_assert(is_not<Obstacle::opaque>,
                "tandem: an argument (or the result) of this call cannot be serialized: give its class a member  template <class "
                "Archive> void serialize(Archive& archive) { archive(a, b); }  or pass something else");
  static_assert(
      is_not<Obstacle::no_default>,
      "tandem: an argument (or the result) of this call is or contains something without a default constructor: the other "
      "process could not make one to load it into. Give its class a default constructor, or pass something else");
};

template <class T>
inline constexpr bool is_note_for_cereal = false;
template <class T>
inline constexpr bool is_note_for_cereal<cereal::base_class<T>> = true;
template <class T>
inline constexpr bool is_note_for_cereal<cereal::virtual_base_class<T>> = true;
template <class T>
inline constexpr bool is_note_for_cereal<cereal::DeferredData<T>> = true;

/// Whether the archive takes what a serialize() member hands to it.
template <class T, class Archive>
inline constexpr bool is_taken = is_note_for_cereal<T> || obstacle<T, Archive>() == Obstacle::none;

template <class T>
inline constexpr bool never = false;

/// The sentence for what is not taken, before cereal says it in a page.
template <class T>
struct RefuseMember {
  static_assert(never<T>,
                "tandem: a serialize() member hands to the archive what cannot be serialized: a raw pointer, a view, or a class "
                "without a member  template <class Archive> void serialize(Archive& archive) { archive(a, b); }");
};

template <class Archive, class... Ts>
void refuse_members() {
  const auto refuse = []<class T>(std::type_identity<T>) {
    if constexpr (!is_taken<T, Archive>) (void)sizeof(RefuseMember<T>);
  };
  (refuse(std::type_identity<Ts>{}), ...);
}

}  // namespace detail

/// What can go to another process by value, as an argument or a result: numbers, enums, strings, containers, optional, variant,
/// tuples, smart pointers, descriptors, and classes with a serialize() member as cereal wants it; everything inside them likewise.
/// It must have a default constructor. Python: what can be pickled.
template <class T>
concept Serializable = detail::value_obstacle<std::remove_cv_t<T>> == detail::Obstacle::none;

}  // namespace tandem::remote
