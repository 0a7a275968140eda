#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::crawl {

/// An absolute http or https address in one normal form, so that two spellings of the same page compare equal: scheme and host in
/// lower case, international host names in punycode, no default port, no fragment, no "." and ".." segments, "/" for an empty
/// path, percent-encoding in upper case and only where it is needed. The text is pure ASCII without control characters, hence
/// safe for a terminal and a database. An immutable value.
class Url {
 public:
  /// No address at all: what another one can be assigned to.
  Url() = default;

  /// Throws std::invalid_argument for a text that is no such address: "'foo' is not a URL: expected http://host/path".
  static Url parse(std::string_view text);

  /// What `reference` (a href as it stands in a page, white space and all) means on the page at this address; nothing if it names
  /// no http or https page (mailto:, javascript:, garbage).
  std::optional<Url> resolve(std::string_view reference) const;

  const std::string& text() const noexcept { return text_; }
  /// "host" or "host:port", without user name and password.
  std::string_view authority() const noexcept { return between(authority_, path_); }
  /// Begins with "/"; without the query.
  std::string_view path() const noexcept { return between(path_, query_); }

  friend bool operator==(const Url& a, const Url& b) noexcept { return a.text_ == b.text_; }
  friend std::strong_ordering operator<=>(const Url& a, const Url& b) noexcept { return a.text_ <=> b.text_; }

  // To be sent to another process: the text says all.
  template <class Archive>
  void save(Archive& archive) const {
    archive(text_);
  }
  template <class Archive>
  void load(Archive& archive) {
    std::string text;
    archive(text);
    *this = Url{std::move(text)};
  }

 private:
  explicit Url(std::string text);
  std::string_view between(std::size_t from, std::size_t to) const noexcept {
    return std::string_view{text_}.substr(from, to - from);
  }

  std::string text_;
  std::size_t authority_ = 0;  // where each part begins in text_
  std::size_t path_ = 0;
  std::size_t query_ = 0;
};

/// Which pages belong to a crawl.
class Scope {
 public:
  enum class Kind {
    host,   ///< the same host and port as a root, whether http or https
    prefix  ///< besides, the path begins with the folder that the root stands in: /docs/ for /docs/index.html
  };

  Scope(Kind kind, const std::vector<Url>& roots);
  bool contains(const Url& url) const noexcept;

 private:
  struct Area {
    std::string authority;
    std::string folder;
  };
  std::vector<Area> areas_;
};

}  // namespace tandem::crawl
