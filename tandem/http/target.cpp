#include "tandem/http/target.hpp"

#include "tandem/http/ascii.hpp"

namespace tandem::http {
namespace {

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// "http://host/path" without its beginning; an empty path is "/".
std::optional<std::string_view> without_origin(std::string_view target) noexcept {
  for (const std::string_view scheme : {std::string_view{"http://"}, std::string_view{"https://"}}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t end = rest.find_first_of("/?");
    if (end == 0 || rest.empty()) return std::nullopt;
    return end == std::string_view::npos ? std::string_view{"/"} : rest.substr(end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string percent_encode_path(std::string_view path) {
  constexpr std::string_view plain = "/-._~!$&'()*+,;=:@";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(path.size());
  for (const char c : path) {
    if (is_alnum(c) || plain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte / 16];
      encoded += digits[byte % 16];
    }
  }
  return encoded;
}

std::optional<Target> parse_target(std::string_view method, std::string_view target) {
  if (target == "*" && method == "OPTIONS") return Target{"*", ""};
  if (method == "CONNECT") return Target{std::string{target}, ""};
  if (!target.starts_with('/')) {
    const auto rest = without_origin(target);
    if (!rest) return std::nullopt;
    target = *rest;
  }
  if (target.find('#') != std::string_view::npos) return std::nullopt;  // a fragment is the browser's own affair
  const std::size_t mark = target.find('?');
  const std::string_view raw_path = target.substr(0, mark);
  auto path = percent_decode(raw_path.empty() ? "/" : raw_path);
  if (!path) return std::nullopt;
  return Target{std::move(*path), mark == std::string_view::npos ? std::string{} : std::string{target.substr(mark + 1)}};
}

}  // namespace tandem::http
