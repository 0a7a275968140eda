#include "apps/crawl/nesting.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace tandem::crawl {
namespace {

using Tag = std::uint64_t;  // a hash of the lower-cased name: two names that collide count as one, which an estimate can bear

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

constexpr Tag tag(std::string_view name) {
  Tag hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(lower(c))) * 1099511628211ULL;
  return hash;
}

constexpr bool equals_lower(std::string_view text, std::string_view lowered) {
  return text.size() == lowered.size() &&
         std::equal(text.begin(), text.end(), lowered.begin(), [](char a, char b) { return lower(a) == b; });
}

enum class Kind {
  plain,
  empty,        // void, or it breaks out of svg and ends its like
  ends_itself,  // ends its like in HTML, but nests in svg and math
  formatting,   // its end tag may stand in the wrong place
  raw_text      // what follows is text up to its end tag
};

/// Names in lower case, with one space between.
struct Names {
  Kind kind;
  std::string_view names;
};
constexpr Names known_names[] = {
    {Kind::empty,
     "area base basefont bgsound br col command embed frame hr img input keygen link meta param source track wbr "
     "html head body p li dd dt"},
    {Kind::ends_itself, "a caption colgroup option optgroup rb rp rt rtc tbody td tfoot th thead tr"},
    {Kind::formatting, "b big code em font i nobr s small strike strong tt u"},
    {Kind::raw_text, "iframe noembed noframes script style textarea title xmp"}};

std::unordered_map<Tag, Kind> make_kinds() {
  std::unordered_map<Tag, Kind> kinds;
  for (auto [kind, names] : known_names) {
    while (!names.empty()) {
      const auto name = names.substr(0, names.find(' '));
      kinds.emplace(tag(name), kind);
      names.remove_prefix(std::min(name.size() + 1, names.size()));
    }
  }
  return kinds;
}

Kind kind_of(Tag name) {
  static const std::unordered_map<Tag, Kind> kinds = make_kinds();
  const auto known = kinds.find(name);
  return known == kinds.end() ? Kind::plain : known->second;
}

class Scan {
 public:
  Scan(std::string_view html, std::size_t limit) : html_{html}, limit_{limit} {}

  bool too_deep() {
    while ((at_ = html_.find('<', at_)) != std::string_view::npos && ++at_ < html_.size()) {
      const char c = html_[at_];
      if (c == '!' || c == '?') {
        skip_comment();
      } else if (c == '/' && at_ + 1 < html_.size() && is_letter(html_[at_ + 1])) {
        ++at_;
        close(tag(read_name()));
        skip_attributes();
      } else if (is_letter(c)) {
        if (!open(read_name())) return false;
        if (stack_.size() > limit_) return true;
      }
    }
    return false;
  }

 private:
  std::string_view read_name() {
    const auto begin = at_;
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
    return html_.substr(begin, at_ - begin);
  }

  /// Goes behind the '>' that ends the tag; a '>' in quotes does not. True if the tag ends with "/>".
  bool skip_attributes() {
    bool after_equals = false;
    bool slash = false;
    while (at_ < html_.size()) {
      const char c = html_[at_++];
      if (c == '>') return slash;
      if (after_equals && (c == '"' || c == '\'')) {
        const auto end = html_.find(c, at_);
        at_ = end == std::string_view::npos ? html_.size() : end + 1;
      }
      slash = c == '/';
      if (!is_space(c)) after_equals = c == '=';
    }
    return false;
  }

  void skip_comment() {
    if (html_.substr(at_, 3) == "!--") {
      // "<!-->" and "<!--->" are whole comments, so the end may overlap the beginning
      const auto end = html_.find("-->", at_ + 1);
      at_ = end == std::string_view::npos ? html_.size() : end + 3;
    } else {
      const auto end = html_.find('>', at_);
      at_ = end == std::string_view::npos ? html_.size() : end + 1;
    }
  }

  void skip_raw_text(std::string_view name) {
    while ((at_ = html_.find("</", at_)) != std::string_view::npos) {
      at_ += 2;
      if (at_ + name.size() <= html_.size() && tag(html_.substr(at_, name.size())) == tag(name)) return;
    }
    at_ = html_.size();
  }

  /// False if nothing but text can follow.
  bool open(std::string_view text) {
    const Tag name = tag(text);
    const Kind kind = kind_of(name);
    const bool closed = skip_attributes();
    if (equals_lower(text, "plaintext")) return false;
    if (kind == Kind::empty) return true;
    if (in_foreign()) {
      if (!closed) push(name);
      return true;
    }
    if (kind == Kind::raw_text) {
      skip_raw_text(text);
    } else if (kind != Kind::ends_itself) {
      push(name);
    }
    return true;
  }

  void close(Tag name) {
    const auto open = open_.find(name);
    if (open == open_.end() || open->second == 0) return;
    if (kind_of(name) == Kind::formatting && stack_.back() != name) {
      // <b><i></b></i>: only the one that it names goes. One that stands further below is left to the end of what encloses it.
      const auto first = stack_.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(stack_.size(), 16));
      const auto found = std::find(first, stack_.end(), name);
      if (found == stack_.end()) return;
      stack_.erase(found);
      --open->second;
      return;
    }
    while (stack_.back() != name) pop();
    pop();
  }

  bool in_foreign() const noexcept { return foreign_ > 0; }
  static bool is_foreign(Tag name) { return name == tag("svg") || name == tag("math"); }

  void push(Tag name) {
    stack_.push_back(name);
    ++open_[name];
    if (is_foreign(name)) ++foreign_;
  }
  void pop() {
    --open_[stack_.back()];
    if (is_foreign(stack_.back())) --foreign_;
    stack_.pop_back();
  }

  std::string_view html_;
  std::size_t limit_;
  std::size_t at_ = 0;
  std::vector<Tag> stack_;                     // what stands open, at most limit_ + 1
  std::unordered_map<Tag, std::size_t> open_;  // how often each stands in stack_, so that closing needs no search in vain
  std::size_t foreign_ = 0;                    // svg and math in stack_
};

}  // namespace

bool nested_deeper_than(std::string_view html, std::size_t limit) { return Scan{html, limit}.too_deep(); }

}  // namespace tandem::crawl
