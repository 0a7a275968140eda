#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::http {

/// Finds where a request's head ends, piece by piece and looking at each byte once, and finds what is hopeless before the end has
/// come: bytes that cannot begin a request (somebody speaks TLS), bare line feeds, folded lines. Grammar is for the parser behind
/// it.
class HeadScanner {
 public:
  enum class Finding : std::uint8_t { more, end, malformed };

  /// `used` becomes the number of bytes that belong to the head; all, unless its end was found.
  Finding scan(std::string_view bytes, std::size_t& used) noexcept;

  /// All bytes so far.
  std::size_t size() const noexcept { return size_; }
  /// Bytes of an empty line in front of the request line, which some clients send behind a body; to be left out.
  std::size_t blank() const noexcept { return blank_; }
  bool past_first_line() const noexcept { return lines_ > 0; }

 private:
  bool may_begin_line(char c) const noexcept;

  std::size_t size_ = 0;
  std::size_t line_ = 0;   // bytes of the line that is not complete yet
  std::size_t lines_ = 0;  // complete ones that are not empty
  std::size_t blank_ = 0;
  char last_ = '\n';  // of the previous piece
};

}  // namespace tandem::http
