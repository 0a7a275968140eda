#pragma once

#include <algorithm>
#include <string_view>

/// Letters and digits as HTTP means them, whatever the program's locale is.
namespace tandem::http {

constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) noexcept { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z'); }

/// RFC 9110's tchar: what methods and field names are made of.
constexpr bool is_token_char(char c) noexcept {
  return is_alnum(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace tandem::http
