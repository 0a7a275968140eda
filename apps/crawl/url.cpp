#include "apps/crawl/url.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

#include <curl/curl.h>
#include <fmt/format.h>
#include <locale.h>

#include "apps/crawl/text.hpp"

namespace tandem::crawl {
namespace {

struct FreeHandle {
  void operator()(CURLU* handle) const noexcept { curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, FreeHandle>;

struct FreeText {
  void operator()(char* text) const noexcept { curl_free(text); }
};

Handle make_handle() {
  Handle handle{curl_url()};
  if (!handle) throw std::bad_alloc{};
  return handle;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

void append_encoded(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

/// libidn, which turns international host names into punycode, reads them in the encoding of the calling thread's locale. Names
/// in pages are UTF-8 whatever the user's locale is, so this puts a UTF-8 locale in place for the length of a call.
class Utf8Locale {
 public:
  Utf8Locale() noexcept : before_{::uselocale(utf8())} {}
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() { ::uselocale(before_); }

 private:
  /// One for the process, kept to its end: to make and free one for each address takes glibc's lock of locales each time. Null
  /// where it cannot be had: uselocale() then changes nothing.
  static locale_t utf8() noexcept {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }

  locale_t before_;
};

/// "mailto" in "mailto:me"; empty if `reference` is a relative one.
std::string_view scheme_of(std::string_view reference) {
  if (reference.empty() || !is_letter(reference.front())) return {};
  for (std::size_t i = 1; i < reference.size(); ++i) {
    const char c = reference[i];
    if (c == ':') return reference.substr(0, i);
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {};
  }
  return {};
}

bool is_web_scheme(std::string_view scheme) {
  const auto is = [&](std::string_view name) {
    return std::equal(scheme.begin(), scheme.end(), name.begin(), name.end(), [](char a, char b) { return lower(a) == b; });
  };
  return is("http") || is("https");
}

/// RFC 3986, 6.2.2: "%7e" and "~" are the same; so are "%3a" and "%3A", but not "%3A" and ":".
std::string normal_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    const char c = static_cast<char>(high * 16 + low);
    if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      append_encoded(out, static_cast<unsigned char>(c));
    }
    i += 2;
  }
  return out;
}

/// Cuts off what never reaches a server - the fragment, and as browsers do white space around and line breaks within - and
/// percent-encodes what may not stand in a URL but does stand in pages: spaces, quotes, UTF-8. The host is left as it is; there
/// "%C3%A9" would mean something else than "é".
std::string tidy(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  text = text.substr(0, text.find('#'));

  const auto scheme = scheme_of(text);
  std::size_t path = scheme.empty() ? 0 : scheme.size() + 1;
  if (text.substr(path, 2) == "//") path = std::min(text.find_first_of("/?", path + 2), text.size());

  constexpr std::string_view unsafe = "\"<>\\^`{|}";
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\t' || byte == '\n' || byte == '\r') continue;
    if (i >= path && (byte <= ' ' || byte >= 0x7f || unsafe.find(text[i]) != std::string_view::npos)) {
      append_encoded(out, byte);
    } else {
      out += text[i];
    }
  }
  return normal_percent(out);
}

std::string lower_host(std::string text) {
  const auto authority = text.find("://") + 3;
  const auto end = std::min(text.find('/', authority), text.size());
  const auto at = text.rfind('@', end);
  const auto host = at != std::string::npos && at > authority ? at + 1 : authority;
  std::transform(text.begin() + static_cast<std::ptrdiff_t>(host), text.begin() + static_cast<std::ptrdiff_t>(end),
                 text.begin() + static_cast<std::ptrdiff_t>(host), lower);
  return text;
}

/// Longer ones come from mistakes (a whole document in a href); servers refuse them at 8 KiB already.
constexpr std::size_t max_length = 16 * 1024;

/// The normal form of what `handle` holds; nothing if libcurl finds that it is no address.
std::optional<std::string> normal_text(CURLU* handle) {
  const Utf8Locale utf8;
  char* raw = nullptr;
  if (curl_url_get(handle, CURLUPART_URL, &raw, CURLU_NO_DEFAULT_PORT | CURLU_PUNYCODE) != CURLUE_OK) return {};
  const std::unique_ptr<char, FreeText> owner{raw};
  std::string text = lower_host(raw);
  if (!is_ascii(text) || !is_web_scheme(scheme_of(text))) return {};
  return text;
}

}  // namespace

Url::Url(std::string text) : text_{std::move(text)} {
  const auto scheme = text_.find("://");
  if (scheme == std::string::npos) return;  // one that was never given an address came from another process
  authority_ = scheme + 3;
  path_ = std::min(text_.find_first_of("/?", authority_), text_.size());
  query_ = std::min(text_.find('?', path_), text_.size());
  const auto at = text_.rfind('@', path_);
  if (at != std::string::npos && at > authority_) authority_ = at + 1;
}

Url Url::parse(std::string_view text) {
  const auto fail = [&] {
    return std::invalid_argument(fmt::format("'{}' is not a URL: expected http://host/path", clean_text(text, 200)));
  };
  const std::string tidied = tidy(text);
  const auto scheme = scheme_of(tidied);
  if (!is_web_scheme(scheme) || tidied.compare(scheme.size(), 3, "://") != 0 || tidied.size() > max_length) throw fail();
  // "http:///path": browsers and libcurl would take the path for the host
  const auto host = tidied.substr(scheme.size() + 3, 1);
  if (host.empty() || host == "/" || host == "?") throw fail();
  const Handle handle = make_handle();
  if (curl_url_set(handle.get(), CURLUPART_URL, tidied.c_str(), 0) != CURLUE_OK) throw fail();
  auto normal = normal_text(handle.get());
  if (!normal) throw fail();
  return Url{std::move(*normal)};
}

std::optional<Url> Url::resolve(std::string_view reference) const {
  const std::string tidied = tidy(reference);
  if (tidied.size() > max_length) return {};
  if (tidied.empty()) return *this;  // libcurl would drop the file name
  const auto scheme = scheme_of(tidied);
  if (!scheme.empty() && !is_web_scheme(scheme)) return {};
  const Handle handle = make_handle();
  if (curl_url_set(handle.get(), CURLUPART_URL, text_.c_str(), 0) != CURLUE_OK) return {};
  if (curl_url_set(handle.get(), CURLUPART_URL, tidied.c_str(), 0) != CURLUE_OK) return {};
  auto normal = normal_text(handle.get());
  if (!normal) return {};
  return Url{std::move(*normal)};
}

Scope::Scope(Kind kind, const std::vector<Url>& roots) {
  for (const Url& root : roots) {
    // Without its file name. Under Kind::host every path is inside, as every path begins with nothing.
    const auto path = root.path();
    const auto folder = kind == Kind::prefix ? path.substr(0, path.rfind('/') + 1) : std::string_view{};
    areas_.push_back({std::string{root.authority()}, std::string{folder}});
  }
}

bool Scope::contains(const Url& url) const noexcept {
  return std::any_of(areas_.begin(), areas_.end(), [&](const Area& area) {
    return url.authority() == area.authority && url.path().substr(0, area.folder.size()) == area.folder;
  });
}

}  // namespace tandem::crawl
