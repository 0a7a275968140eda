#include "tandem/http/head_scanner.hpp"

#include "tandem/http/ascii.hpp"

namespace tandem::http {

bool HeadScanner::may_begin_line(char c) const noexcept {
  if (c == '\r') return true;
  return lines_ == 0 ? is_token_char(c) : c != ' ' && c != '\t';
}

HeadScanner::Finding HeadScanner::scan(std::string_view bytes, std::size_t& used) noexcept {
  std::size_t begin = 0;
  used = 0;
  while (begin < bytes.size()) {
    if (line_ == 0 && !may_begin_line(bytes[begin])) return Finding::malformed;
    const std::size_t feed = bytes.find('\n', begin);
    if (feed == std::string_view::npos) break;
    const char before = feed > begin ? bytes[feed - 1] : last_;
    if (before != '\r') return Finding::malformed;
    const std::size_t length = line_ + (feed - begin) - 1;
    begin = feed + 1;
    line_ = 0;
    last_ = '\n';
    if (length > 0) {
      ++lines_;
    } else if (lines_ > 0) {
      used = begin;
      size_ += begin;
      return Finding::end;
    } else if (blank_ > 0) {
      return Finding::malformed;
    } else {
      blank_ = 2;
    }
  }
  line_ += bytes.size() - begin;
  if (!bytes.empty()) last_ = bytes.back();
  size_ += bytes.size();
  used = bytes.size();
  return Finding::more;
}

}  // namespace tandem::http
