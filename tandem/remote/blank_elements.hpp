#pragma once

// How containers are loaded whose elements had better be made from a Blank: as cereal loads them, which would make each by its
// default constructor first. cereal writes them. For archive.hpp, whose InputArchive they load from.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include <cereal/cereal.hpp>

#include "tandem/remote/archive.hpp"
#include "tandem/remote/blank.hpp"

namespace tandem::remote {

namespace detail {

template <class Sequence>
void load_elements(InputArchive& in, Sequence& elements) {
  cereal::size_type count = 0;
  in(cereal::make_size_tag(count));
  elements.clear();
  for (; count > 0; --count) {
    elements.push_back(blank<typename Sequence::value_type>());
    in(elements.back());
  }
}

template <std::size_t index, class Variant>
void load_alternative(InputArchive& in, Variant& variant) {
  auto value = blank<std::variant_alternative_t<index, Variant>>();
  in(value);
  variant.template emplace<index>(std::move(value));
}

template <class Variant, std::size_t... each>
void load_alternative(InputArchive& in, Variant& variant, std::int32_t index, std::index_sequence<each...> /*all*/) {
  const bool there_is = ((index == static_cast<std::int32_t>(each) && (load_alternative<each>(in, variant), true)) || ...);
  if (!there_is) throw std::runtime_error("a message was damaged: it holds a variant with no such alternative");
}

}  // namespace detail

template <class T, class Allocator>
  requires detail::has_blank<T>
void load(InputArchive& in, std::vector<T, Allocator>& elements) {
  detail::load_elements(in, elements);
}
template <class T, class Allocator>
  requires detail::has_blank<T>
void load(InputArchive& in, std::deque<T, Allocator>& elements) {
  detail::load_elements(in, elements);
}
template <class T, class Allocator>
  requires detail::has_blank<T>
void load(InputArchive& in, std::list<T, Allocator>& elements) {
  detail::load_elements(in, elements);
}

template <template <class...> class Map, class... Args>
  requires detail::has_blank<typename Map<Args...>::mapped_type>
void load(InputArchive& in, Map<Args...>& map) {
  cereal::size_type count = 0;
  in(cereal::make_size_tag(count));
  map.clear();
  for (; count > 0; --count) {
    auto key = detail::blank<typename Map<Args...>::key_type>();
    auto value = detail::blank<typename Map<Args...>::mapped_type>();
    in(key, value);
    map.emplace_hint(map.end(), std::move(key), std::move(value));
  }
}

template <class T>
  requires detail::has_blank<T>
void load(InputArchive& in, std::optional<T>& optional) {
  bool is_empty = true;
  in(is_empty);
  optional.reset();
  if (is_empty) return;
  optional.emplace(detail::blank<T>());
  in(*optional);
}

template <class... Ts>
  requires(detail::has_blank<Ts> || ...)
void load(InputArchive& in, std::variant<Ts...>& variant) {
  std::int32_t index = 0;
  in(index);
  detail::load_alternative(in, variant, index, std::index_sequence_for<Ts...>{});
}

}  // namespace tandem::remote
