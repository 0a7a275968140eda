#include "apps/crawl/text.hpp"

#include <cstdint>

namespace tandem::crawl {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

struct Character {
  char32_t code;
  std::size_t length;
  bool valid;
};

/// The character that `text`, which is not empty, begins with. An invalid sequence counts as one character of one byte.
Character decode(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {0, 1, false};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return {0, 1, false};
    code = code << 6 | (at(i) & 0x3F);
  }
  // Longer than needed, half of a UTF-16 pair, or beyond Unicode.
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {0, 1, false};
  return {code, length, true};
}

bool is_space(char32_t c) { return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x2028 || c == 0x2029; }
bool is_control(char32_t c) {
  const bool turns_direction = c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || turns_direction;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  std::string out;
  std::size_t cut = 0;  // the longest beginning of out that leaves room for the ellipsis
  bool pending_space = false;
  while (!text.empty()) {
    const Character c = decode(text);
    const auto piece = !c.valid || (is_control(c.code) && !is_space(c.code)) ? replacement : text.substr(0, c.length);
    text.remove_prefix(c.length);
    if (c.valid && is_space(c.code)) {
      pending_space = !out.empty();
      continue;
    }
    if (out.size() + (pending_space ? 1 : 0) + piece.size() > max_bytes) {
      out.resize(cut);
      return out.append(max_bytes >= ellipsis.size() ? ellipsis : std::string_view{});
    }
    if (pending_space) out += ' ';
    pending_space = false;
    out += piece;
    if (out.size() + ellipsis.size() <= max_bytes) cut = out.size();
  }
  return out;
}

std::string fit_columns(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string{text};
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t n = 0; n + 1 < width; ++n) end += decode(text.substr(end)).length;
  return std::string{text.substr(0, end)}.append(ellipsis);
}

}  // namespace tandem::crawl
