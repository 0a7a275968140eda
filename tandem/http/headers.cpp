#include "tandem/http/headers.hpp"

#include <stdexcept>

#include "tandem/http/ascii.hpp"

namespace tandem::http {

void Headers::add(std::string_view name, std::string_view value) {
  constexpr std::string_view breaks{"\r\n\0", 3};
  if (name.find_first_of(breaks) != std::string_view::npos || value.find_first_of(breaks) != std::string_view::npos) {
    throw std::invalid_argument("Headers::add: a header may not contain a line break or a zero byte");
  }
  entries_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

Headers::Field Headers::operator[](std::size_t index) const noexcept {
  const Entry& entry = entries_[index];
  const std::string_view text = text_;
  return {text.substr(entry.begin, entry.name_size), text.substr(entry.begin + entry.name_size, entry.value_size)};
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (const Field field = (*this)[i]; equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

void Headers::clear() noexcept {
  text_.clear();
  entries_.clear();
}

}  // namespace tandem::http
